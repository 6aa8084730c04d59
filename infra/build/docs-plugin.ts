import {
  type Application,
  type Context,
  Converter,
  DeclarationReflection,
  type SomeType,
} from 'typedoc';

const PACKAGE = 'redis-enterprise-rotation';
// After the plugins of TypeDoc, which add the bases.
const LAST = -10_000;

/** Hides bases that the package does not export from the documentation of `npm run docs`. */
export function load({ converter }: Application): void {
  converter.on(Converter.EVENT_RESOLVE_END, hideBases, LAST);
}

function hideBases({ project }: Context): void {
  for (const reflection of Object.values(project.reflections)) {
    if (!(reflection instanceof DeclarationReflection)) continue;
    for (const member of [reflection, ...reflection.getAllSignatures()]) {
      delete member.inheritedFrom;
      delete member.overwrites;
    }
    if (!reflection.extendedTypes?.some(isOfPackage)) continue;
    delete reflection.extendedTypes;
    delete reflection.typeHierarchy;
  }
}

function isOfPackage(type: SomeType): boolean {
  return type.type === 'reference' && type.package === PACKAGE;
}
