import { type Difference, type Explained, holders, type Step } from './explained.ts';
import { type Call, NAME } from './secret-calls.ts';
import { type Endpoint, type Labels, readLabels, sendCall } from './secret-replies.ts';

type Compared = { explained: Set<Explained>; calls: number };

/** Sends the same calls to both servers, and throws at a difference that is not in the table. */
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
    const replies = { sandbox: await sendCall(sandbox, call), moto: await sendCall(moto, call) };
    const step: Step = { call, before, known: new Set(known), motoDefault, ...replies };
    const after = { sandbox: await readLabels(sandbox), moto: await readLabels(moto) };
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
    if (!(await copyLabels(moto, after.moto, after.sandbox))) break;
  }
  return compared;
}

function differencesOf(sandbox: Map<string, string>, moto: Map<string, string>): Difference[] {
  const paths = [...new Set([...sandbox.keys(), ...moto.keys()])];
  const all = paths.map((path) => ({ path, sandbox: sandbox.get(path), moto: moto.get(path) }));
  return all.filter((difference) => difference.sandbox !== difference.moto);
}

function labelDifferences(sandbox: Labels, moto: Labels): Difference[] {
  return differencesOf(sandbox, moto).flatMap(({ path: version, ...texts }) => {
    const inSandbox = texts.sandbox?.split(' ') ?? [];
    const inMoto = texts.moto?.split(' ') ?? [];
    const all = [...new Set([...inSandbox, ...inMoto])].map((label) => ({
      path: `${label} on ${version}`,
      version,
      label,
      sandbox: inSandbox.includes(label) ? label : undefined,
      moto: inMoto.includes(label) ? label : undefined,
    }));
    return all.filter((difference) => difference.sandbox !== difference.moto);
  });
}

function explain(step: Step, differences: Difference[], table: Explained[]): Explained[] {
  const entries = table.filter(({ when }) => when(step));
  const left = differences.filter(
    (difference) => !entries.some(({ covers }) => covers(difference, step)),
  );
  if (left.length === 0) {
    return entries.filter(({ covers }) => differences.some((one) => covers(one, step)));
  }
  const { call, before, motoDefault } = step;
  const context = { call, before: Object.fromEntries(before), motoDefault, left };
  throw new Error(`unexplained: ${JSON.stringify(context, undefined, 2)}`);
}

/** Returns whether the call gave a version its value. */
function isPut({ call, moto }: Step): boolean {
  return moto.status === 200 && call.input.SecretString !== undefined;
}

/** Returns the version that moto uses as current after a put. */
function defaultAfter({ call, known, motoDefault }: Step): string | undefined {
  const { ClientRequestToken: token = '', VersionStages = ['AWSCURRENT'] } = call.input;
  if (known.has(token)) return motoDefault;
  return known.size === 0 || VersionStages.includes('AWSCURRENT') ? token : motoDefault;
}

/** Gives moto's versions the labels of the sandbox, and returns whether that succeeds. */
async function copyLabels(moto: Endpoint, from: Labels, to: Labels): Promise<boolean> {
  const isSame = (labels: Labels) => differencesOf(labels, to).length === 0;
  if (isSame(from)) return true;
  const move = async (VersionStage: string, versions: object) => {
    const input = { SecretId: NAME, VersionStage, ...versions };
    await sendCall(moto, { operation: 'UpdateSecretVersionStage', input });
  };
  // AWSCURRENT first, because AWSPREVIOUS follows it.
  const [current] = holders(to, 'AWSCURRENT');
  for (const id of holders(from, 'AWSCURRENT')) {
    if (id !== current) await move('AWSCURRENT', { RemoveFromVersionId: id });
  }
  const now = await readLabels(moto);
  const labels = new Set([...now.values(), ...to.values()].flatMap((text) => text.split(' ')));
  for (const label of labels) {
    const wanted = holders(to, label);
    const found = holders(now, label);
    // A version that has a label twice is listed twice, and keeps one.
    for (const [index, id] of found.entries()) {
      const isKept = wanted.includes(id) && found.indexOf(id) === index;
      if (!isKept) await move(label, { RemoveFromVersionId: id });
    }
    const missing = wanted.filter((id) => !found.includes(id));
    for (const id of missing) await move(label, { MoveToVersionId: id });
  }
  return isSame(await readLabels(moto));
}
