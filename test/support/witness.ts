import type { IncomingMessage } from 'node:http';
import type { StoredSecret, StoredVersion } from '../sandbox/aws/secret-store.ts';
import type { ClusterApi } from '../sandbox/cluster/api.ts';
import type { Cluster } from '../sandbox/cluster/cluster.ts';
import type { Database } from '../sandbox/database/database.ts';
import { FUNCTION_KEY } from '../sandbox/names.ts';
import type { World } from '../sandbox/world.ts';

/** How the servers stand: the secret, and the valid passwords of its user, by cluster. */
export type Scene = {
  secret: StoredSecret;
  works: Record<string, readonly string[]>;
  /** What further databases accept, which may learn of a change later than their cluster. */
  databases: readonly (readonly string[])[];
};

/** Something that the servers saw. */
type Sight =
  | { what: 'began'; step: string; scene: Scene }
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
      /** Whether the password was right, which an account that is shut may refuse. */
      isRight: boolean;
    };

/**
 * When it was, by the clock and by one that is never set back; the invocations of which one did it,
 * or none if somebody else did; and how far the reads of the secret were behind its writes then.
 */
export type Seen = Sight & {
  at: number;
  elapsed: number;
  by: readonly number[];
  behindMs: number;
};

type Login = { name: string; password: string; isAccepted: boolean; isRight?: boolean };

/** One cluster of a world, by the name that the function knows it by. */
type Member = { name: string; cluster: Cluster; api: ClusterApi; database: Database };

/** Stands on the servers' side and notes what they see of one secret and its user. */
export type Witness = {
  seen: Seen[];
  username: string;
  /** Every request's line and headers, without Authorization, and every error of the function. */
  texts: string[];
  /** Every password and token that ever was. */
  secrets: Set<string>;
  watch: (member: Member) => void;
  /** Tells what a further database accepts. */
  watchDatabase: (accepts: () => readonly string[]) => void;
  /** Notes the passwords that there are now: the secret's, and of every user of every cluster. */
  learn: () => void;
  scene: () => Scene;
  invocation: <T>(event: unknown, run: (id: number) => Promise<T>) => Promise<T>;
  /** Whether the function is at work. */
  isRunning: () => boolean;
  /** Where a schedule lets one invocation run at a time: which one. */
  only: number | undefined;
};

const WRITES = /:(Put|Update|RotateSecret|CancelRotate)/;

export function openWitness(
  {
    aws,
    store,
    time,
  }: Pick<World, 'aws' | 'store'> & { time: Record<'now' | 'elapsed', () => number> },
  arn: string,
  username: string,
): Witness {
  const members: Member[] = [];
  const databases: (() => readonly string[])[] = [];
  const running = new Set<number>();
  const invoked = () => (witness.only === undefined ? [...running] : [witness.only]);
  const note = (sight: Sight, by: readonly number[]) => {
    const when = { at: time.now(), elapsed: time.elapsed() };
    witness.seen.push({ ...sight, ...when, by, behindMs: store.options.staleReadsMs });
  };
  let invocations = 0;
  const witness: Witness = {
    seen: [],
    username,
    texts: [],
    secrets: new Set(),
    only: undefined,
    isRunning: () => running.size > 0,
    scene: () => {
      const works = members.map(({ name, cluster }) => {
        const user = cluster.users.find((one) => one.name === username);
        return [name, user?.passwords ?? []] as const;
      });
      return {
        secret: store.latest(arn),
        works: Object.fromEntries(works),
        databases: databases.map((accepts) => accepts()),
      };
    },
    watchDatabase: (accepts) => databases.push(accepts),
    watch: (member) => {
      members.push(member);
      witness.learn();
      watchMember(member, witness, (sight) => note(sight, invoked()));
    },
    learn: () => {
      const users = members.flatMap(({ cluster }) => cluster.users);
      const passwords = users.flatMap((user) => user.passwords);
      for (const one of [...passwordsIn(store.latest(arn)), ...passwords]) witness.secrets.add(one);
    },
    invocation: async (event, run) => {
      invocations += 1;
      const id = invocations;
      running.add(id);
      const { Step, RotationToken } = Object(event);
      if (typeof RotationToken === 'string') witness.secrets.add(RotationToken);
      note(
        {
          what: 'began',
          step: typeof Step === 'string' ? Step : typeof Step,
          scene: witness.scene(),
        },
        [id],
      );
      let isDone = false;
      try {
        const result = await run(id);
        // A process that was killed has reported nothing.
        isDone = Object(result).isKilled !== true;
        return result;
      } catch (error) {
        witness.texts.push(`${error} ${JSON.stringify(error)} ${Object(error).stack}`);
        throw error;
      } finally {
        running.delete(id);
        note({ what: 'ended', scene: witness.scene(), isDone }, [id]);
      }
    },
  };
  aws.onRequest = (request) => witness.texts.push(headOf(request));
  aws.around = async ({ action, caller }, run) => {
    if (!WRITES.test(action)) return run();
    const before = witness.scene();
    const done = await run();
    const after = witness.scene();
    for (const password of passwordsIn(after.secret)) witness.secrets.add(password);
    note({ what: 'secret', before, after }, caller.startsWith(FUNCTION_KEY) ? invoked() : []);
    return done;
  };
  return witness;
}

function watchMember(
  { name, cluster, api, database }: Member,
  witness: Witness,
  note: (sight: Sight) => void,
): void {
  api.onRequest = (request) => witness.texts.push(headOf(request));
  cluster.onChange = ({ method, user, before }) => {
    const after = witness.scene();
    const works = { ...after.works };
    if (user.name === witness.username) works[name] = before;
    for (const password of user.passwords) witness.secrets.add(password);
    const scenes = { before: { ...after, works }, after };
    note({ what: 'passwords', method, cluster: name, user: user.name, ...scenes });
  };
  const seeLogins =
    (via: 'api' | 'database') =>
    ({ name: user, ...login }: Login) =>
      note({ what: 'login', via, cluster: name, user, isRight: login.isAccepted, ...login });
  cluster.onLogin = seeLogins('api');
  const { onLogin } = database;
  const seeLogin = seeLogins('database');
  database.onLogin = (login) => {
    onLogin(login);
    seeLogin(login);
  };
}

function headOf({ method, url, headers }: IncomingMessage): string {
  const { authorization: _, ...rest } = headers;
  return `${method} ${url} ${JSON.stringify(rest)}`;
}

/** The passwords in the versions of a secret. */
function passwordsIn({ versions }: StoredSecret): string[] {
  return [...versions.values()].flatMap((version) => valueIn(version)?.password ?? []);
}

type Value = {
  username?: string;
  password?: string;
  clusters?: string[];
  host?: string;
  endpoints?: string[];
};

/** What promises look at in a version's value; undefined where it is none. */
export function valueIn(version: StoredVersion | undefined): Value | undefined {
  const value = version?.value;
  if (value === undefined || !('SecretString' in value)) return undefined;
  try {
    return Object(JSON.parse(value.SecretString));
  } catch {
    return undefined;
  }
}
