import {
  BootstraplessSynthesizer,
  type CfnElement,
  type IStackSynthesizer,
  Stack,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

// CDK's names of a construct's only or main resource.
const MAIN = ['Resource', 'Default'];

/** A stack whose template needs no bootstrap, no assets and no known account. */
export abstract class TemplateStack extends Stack {
  constructor(scope: Construct, id: string, description: string) {
    super(scope, id, {
      description,
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      analyticsReporting: false,
    });
  }

  /** Returns an id that people can read: the path without a hash. CDK rejects an ambiguous id. */
  protected override allocateLogicalId(element: CfnElement): string {
    const names = element.node.scopes.slice(this.node.scopes.length).map(({ node }) => node.id);
    const path = names.filter((name) => !MAIN.includes(name)).join('');
    return path.replaceAll(/[^A-Za-z0-9]/g, '');
  }
}
