import type { Call } from './secret-calls.ts';
import type { Labels, Reply } from './secret-replies.ts';

/** One call to both servers; before the call, their labels were the same. */
export type Step = {
  call: Call;
  before: Labels;
  /** The versions with a value. */
  known: ReadonlySet<string>;
  /** The version that moto uses as current: the last one that was put as AWSCURRENT. */
  motoDefault: string | undefined;
  sandbox: Reply;
  moto: Reply;
};

/** A member of the reply, or afterwards a label of a version, that differs. */
export type Difference = {
  path: string;
  sandbox: string | undefined;
  moto: string | undefined;
  label?: string;
  version?: string;
};

/** A difference that is not a fault of the sandbox. */
export type Explained = {
  name: string;
  /** Where the behaviour of AWS, or of moto, is described. */
  source: string;
  /** Returns whether moto differs in such a call. */
  when: (step: Step) => boolean;
  /** Returns whether the call causes a difference. */
  covers: (difference: Difference, step: Step) => boolean;
  /** After the call, the values differ: the sequence ends. */
  ends?: true;
  /** The last of these calls shows the difference. */
  example: Call[];
};

export const SNAPSHOTS = "LocalStack's snapshots of AWS";

export const always = () => true;

/** Returns the versions with a label; twice, if a version has it twice. */
export function holders(labels: Labels, label: string): string[] {
  return [...labels].flatMap(([id, names]) =>
    names.split(' ').flatMap((name) => (name === label ? [id] : [])),
  );
}
