import type { World } from '../sandbox/world.ts';
import { type Observation, passwordsIn, type Scene } from './observation.ts';
import {
  type Note,
  type WatchedCluster,
  watchAws,
  watchCluster,
  watchedUser,
} from './watch-servers.ts';

/** Observes one secret and its user on the servers' side. */
export type Witness = {
  observations: Observation[];
  username: string;
  /** Every request's line and headers, without Authorization, and every error of the function. */
  texts: string[];
  /** Every password and token that has existed. */
  secrets: Set<string>;
  watch: (watched: WatchedCluster) => void;
  /** Adds the passwords that a further database accepts to every scene. */
  watchDatabase: (accepts: () => readonly string[]) => void;
  /** Adds the present passwords of the secret and of every user of every cluster to `secrets`. */
  collectPasswords: () => void;
  scene: () => Scene;
  invocation: <T>(event: unknown, run: (id: number) => Promise<T>) => Promise<T>;
  isRunning: () => boolean;
  /** The only invocation that runs now; undefined: all that have begun. */
  onlyInvocation: number | undefined;
};

type Servers = Pick<World, 'aws' | 'store'> & { time: Record<'now' | 'elapsed', () => number> };

/** Opens a witness for a secret, and attaches it to the servers. */
export function openWitness(servers: Servers, arn: string, username: string): Witness {
  const { store, time } = servers;
  const clusters: WatchedCluster[] = [];
  const databases: (() => readonly string[])[] = [];
  const running = new Set<number>();
  const note: Note = (event, invocations = runningNow(witness, running)) => {
    const when = { at: time.now(), elapsed: time.elapsed() };
    const { staleReadsMs } = store.options;
    witness.observations.push({ ...event, ...when, invocations, staleReadsMs });
  };
  const witness: Witness = {
    observations: [],
    username,
    texts: [],
    secrets: new Set(),
    onlyInvocation: undefined,
    isRunning: () => running.size > 0,
    scene: () => ({
      secret: store.latest(arn),
      validPasswords: Object.fromEntries(
        clusters.map(({ name, cluster }) => [
          name,
          watchedUser(cluster, username)?.passwords ?? [],
        ]),
      ),
      databases: databases.map((accepts) => accepts()),
    }),
    watchDatabase: (accepts) => databases.push(accepts),
    watch: (watched) => {
      clusters.push(watched);
      witness.collectPasswords();
      watchCluster(watched, witness, note);
    },
    collectPasswords: () => {
      const passwords = clusters.flatMap(({ cluster: { users, databases } }) =>
        [...users, ...databases.map(({ user }) => user)].flatMap((user) => user.passwords),
      );
      for (const one of [...passwordsIn(store.latest(arn)), ...passwords]) witness.secrets.add(one);
    },
    invocation: noteInvocations(() => witness, running, note),
  };
  watchAws(servers, witness, note);
  return witness;
}

function runningNow({ onlyInvocation }: Witness, running: Set<number>): readonly number[] {
  return onlyInvocation === undefined ? [...running] : [onlyInvocation];
}

/** Notes the begin and the end of every invocation, and keeps the ids of the running ones. */
function noteInvocations(
  witnessOf: () => Witness,
  running: Set<number>,
  note: Note,
): Witness['invocation'] {
  let count = 0;
  return async (event, run) => {
    const witness = witnessOf();
    count += 1;
    const id = count;
    running.add(id);
    const { Step, RotationToken, Fields } = Object(event);
    if (typeof RotationToken === 'string') witness.secrets.add(RotationToken);
    const step = typeof Step === 'string' ? Step : typeof Step;
    const fields = typeof Fields === 'object' && Fields !== null ? Fields : undefined;
    note({ what: 'began', step, fields, scene: witness.scene() }, [id]);
    let isDone = false;
    try {
      const result = await run(id);
      // A killed process reports no success.
      isDone = Object(result).isKilled !== true;
      return result;
    } catch (error) {
      witness.texts.push(`${error} ${JSON.stringify(error)} ${Object(error).stack}`);
      throw error;
    } finally {
      running.delete(id);
      note({ what: 'ended', scene: witness.scene(), isDone }, [id]);
    }
  };
}
