import { type Call, NAME } from './secret-calls.ts';
import { type Endpoint, type Labels, labelsOf, type Reply, reply } from './secret-replies.ts';

/** One call of both servers; before it their labels were the same. */
export type Step = {
  call: Call;
  before: Labels;
  /** The versions that have a value. */
  known: ReadonlySet<string>;
  /** The version that moto takes for the current one: the last that was put as AWSCURRENT. */
  motoDefault: string | undefined;
  sandbox: Reply;
  moto: Reply;
};

/** A member in which they differ, or a label that only one of them has on a version afterwards. */
export type Difference = {
  path: string;
  sandbox: string | undefined;
  moto: string | undefined;
  label?: string;
  version?: string;
};

/** A difference that is no fault of the sandbox, and who says so. */
export type Explained = {
  name: string;
  source: string;
  /** Whether a call is one in which moto departs. */
  when: (step: Step) => boolean;
  /** Which differences come of it. */
  covers: (difference: Difference, step: Step) => boolean;
  /** The values differ from then on, or a version is there that is not: nothing to compare. */
  ends?: true;
  /** Calls of which the last shows it. */
  example: Call[];
};

export type Compared = { explained: Set<Explained>; calls: number };

/** Makes the same calls to both servers; throws at a difference that is not in the table. */
export async function compare(
  sandbox: Endpoint,
  moto: Endpoint,
  calls: Call[],
  table: Explained[],
): Promise<Compared> {
  const compared: Compared = { explained: new Set(), calls: 0 };
  const known = new Set<string>();
  let before: Labels = new Map();
  let motoDefault: string | undefined;
  for (const call of calls) {
    compared.calls += 1;
    const replies = { sandbox: await reply(sandbox, call), moto: await reply(moto, call) };
    const step: Step = { call, before, known: new Set(known), motoDefault, ...replies };
    const after = { sandbox: await labelsOf(sandbox), moto: await labelsOf(moto) };
    if (isPut(step)) known.add(call.input.ClientRequestToken ?? '');
    if (isPut(step)) motoDefault = defaultAfter(step);
    const differences = [
      ...differencesOf(step.sandbox.leaves, step.moto.leaves),
      ...labelDifferences(after.sandbox, after.moto),
    ];
    const entries = explain(step, differences, table);
    for (const entry of entries) compared.explained.add(entry);
    if (entries.some(({ ends }) => ends)) break;
    before = after.sandbox;
    if (!(await mend(moto, after.moto, after.sandbox))) break;
  }
  return compared;
}

function differencesOf(sandbox: Map<string, string>, moto: Map<string, string>): Difference[] {
  const paths = [...new Set([...sandbox.keys(), ...moto.keys()])];
  const all = paths.map((path) => ({ path, sandbox: sandbox.get(path), moto: moto.get(path) }));
  return all.filter((one) => one.sandbox !== one.moto);
}

function labelDifferences(sandbox: Labels, moto: Labels): Difference[] {
  return differencesOf(sandbox, moto).flatMap(({ path: version, ...texts }) => {
    const ours = texts.sandbox?.split(' ') ?? [];
    const theirs = texts.moto?.split(' ') ?? [];
    const all = [...new Set([...ours, ...theirs])].map((label) => ({
      path: `${label} on ${version}`,
      version,
      label,
      sandbox: ours.includes(label) ? label : undefined,
      moto: theirs.includes(label) ? label : undefined,
    }));
    return all.filter((one) => one.sandbox !== one.moto);
  });
}

function explain(step: Step, differences: Difference[], table: Explained[]): Explained[] {
  const entries = table.filter(({ when }) => when(step));
  const left = differences.filter((one) => !entries.some(({ covers }) => covers(one, step)));
  if (left.length === 0) {
    return entries.filter(({ covers }) => differences.some((one) => covers(one, step)));
  }
  const { call, before, motoDefault } = step;
  const context = { call, before: Object.fromEntries(before), motoDefault, left };
  throw new Error(`unexplained: ${JSON.stringify(context, undefined, 2)}`);
}

/** Whether a call gave a version its value. */
function isPut({ call, moto }: Step): boolean {
  return moto.status === 200 && call.input.SecretString !== undefined;
}

/** Which version moto takes for the current one after a put. */
function defaultAfter({ call, known, motoDefault }: Step): string | undefined {
  const { ClientRequestToken: token = '', VersionStages = ['AWSCURRENT'] } = call.input;
  if (known.has(token)) return motoDefault;
  return known.size === 0 || VersionStages.includes('AWSCURRENT') ? token : motoDefault;
}

/** Gives moto's versions the labels that they have in the sandbox, so that the next call counts. */
async function mend(moto: Endpoint, from: Labels, to: Labels): Promise<boolean> {
  const isSame = (labels: Labels) => differencesOf(labels, to).length === 0;
  if (isSame(from)) return true;
  const move = async (VersionStage: string, versions: object) => {
    const input = { SecretId: NAME, VersionStage, ...versions };
    await reply(moto, { operation: 'UpdateSecretVersionStage', input });
  };
  // AWSCURRENT first, since AWSPREVIOUS follows it.
  const [current] = holders(to, 'AWSCURRENT');
  for (const id of holders(from, 'AWSCURRENT')) {
    if (id !== current) await move('AWSCURRENT', { RemoveFromVersionId: id });
  }
  const now = await labelsOf(moto);
  const labels = new Set([...now.values(), ...to.values()].flatMap((text) => text.split(' ')));
  for (const label of labels) {
    const wanted = holders(to, label);
    const found = holders(now, label);
    // A version that has a label twice is in here twice, and keeps one.
    for (const [index, id] of found.entries()) {
      const isKept = wanted.includes(id) && found.indexOf(id) === index;
      if (!isKept) await move(label, { RemoveFromVersionId: id });
    }
    const missing = wanted.filter((id) => !found.includes(id));
    for (const id of missing) await move(label, { MoveToVersionId: id });
  }
  return isSame(await labelsOf(moto));
}

/** The versions that have a label, as often as they have it. */
function holders(labels: Labels, label: string): string[] {
  return [...labels].flatMap(([id, text]) =>
    text.split(' ').flatMap((one) => (one === label ? [id] : [])),
  );
}
