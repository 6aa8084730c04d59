import type { StoredSecret, StoredVersion } from '../sandbox/aws/secret-store.ts';

/** The state of the servers: the secret, and the valid passwords of its user by cluster. */
export type Scene = {
  secret: StoredSecret;
  validPasswords: Record<string, readonly string[]>;
  /** What further databases accept. A database may receive a change later than its cluster. */
  databases: readonly (readonly string[])[];
};

export type Event =
  /** `fields` are those of an updateFields. */
  | { what: 'began'; step: string; fields: object | undefined; scene: Scene }
  | { what: 'ended'; scene: Scene; isDone: boolean }
  | { what: 'secret'; before: Scene; after: Scene }
  | {
      what: 'passwords';
      method: string;
      cluster: string;
      user: string;
      before: Scene;
      after: Scene;
    }
  | {
      what: 'login';
      via: 'api' | 'database';
      cluster: string;
      user: string;
      password: string;
      isAccepted: boolean;
      /** Whether the password is correct. A locked account rejects a correct password. */
      isRight: boolean;
    };

/** An event that the servers observed, and the circumstances. */
export type Observation = Event & {
  /** By the clock, which may be set back. */
  at: number;
  /** By a clock that is never set back. */
  elapsed: number;
  /** The invocations that may have caused the event; empty if the function did not cause it. */
  invocations: readonly number[];
  /** How far the reads of the secret were behind its writes. */
  staleReadsMs: number;
};

type Value = {
  username?: string;
  password?: string;
  clusters?: string[];
  host?: string;
  endpoints?: string[];
};

/** Returns the value of a version; undefined unless it is JSON. */
export function valueIn(version: StoredVersion | undefined): Value | undefined {
  const value = version?.value;
  if (value === undefined || !('SecretString' in value)) return undefined;
  try {
    return Object(JSON.parse(value.SecretString));
  } catch {
    return undefined;
  }
}

/** Returns the passwords in the versions of a secret. */
export function passwordsIn({ versions }: StoredSecret): string[] {
  return [...versions.values()].flatMap((version) => valueIn(version)?.password ?? []);
}
