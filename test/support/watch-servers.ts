import type { IncomingMessage } from 'node:http';
import type { ClusterApi } from '../sandbox/cluster/api.ts';
import type { Cluster } from '../sandbox/cluster/cluster.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { Database } from '../sandbox/database/database.ts';
import { FUNCTION_KEY } from '../sandbox/names.ts';
import type { World } from '../sandbox/world.ts';
import { type Event, passwordsIn } from './observation.ts';
import type { Witness } from './witness.ts';

/** A cluster, under the name that its parameters have. */
export type WatchedCluster = {
  name: string;
  cluster: Cluster;
  api: ClusterApi;
  database: Database;
};

/** Notes an event; default: of the invocations that run now. */
export type Note = (event: Event, invocations?: readonly number[]) => void;

type Login = { name: string; password: string; isAccepted: boolean; isRight?: boolean };

const WRITES = /:(Put|Update|RotateSecret|CancelRotate)/;

/** Notes every write of the secret, and the head of every request to AWS. */
export function watchAws({ aws }: Pick<World, 'aws'>, witness: Witness, note: Note): void {
  aws.onRequest = (request) => witness.texts.push(headOf(request));
  aws.around = async ({ action, caller }, run) => {
    if (!WRITES.test(action)) return run();
    const before = witness.scene();
    const done = await run();
    const after = witness.scene();
    for (const password of passwordsIn(after.secret)) witness.secrets.add(password);
    note({ what: 'secret', before, after }, caller.startsWith(FUNCTION_KEY) ? undefined : []);
    return done;
  };
}

/** Notes every change of passwords, every login, and the head of every request to the API. */
export function watchCluster(
  { name, cluster, api, database }: WatchedCluster,
  witness: Witness,
  note: Note,
): void {
  api.onRequest = (request) => witness.texts.push(headOf(request));
  cluster.onChange = ({ method, user, before }) => {
    const after = witness.scene();
    const validPasswords = { ...after.validPasswords };
    const isWatched = user === watchedUser(cluster, witness.username);
    if (isWatched) validPasswords[name] = before;
    for (const password of user.passwords) witness.secrets.add(password);
    const scenes = { before: { ...after, validPasswords }, after };
    const isNamesake = !isWatched && user.name === witness.username;
    const owner = isNamesake ? `${user.name} of another database` : user.name;
    note({ what: 'passwords', method, cluster: name, user: owner, ...scenes });
  };
  const noteLogin = (via: 'api' | 'database', { name: user, ...login }: Login) =>
    note({ what: 'login', via, cluster: name, user, isRight: login.isAccepted, ...login });
  cluster.onLogin = (login) => noteLogin('api', login);
  const { onLogin } = database;
  database.onLogin = (login) => {
    onLogin(login);
    noteLogin('database', login);
  };
}

/** Returns the user with a name; for `default`, the default user of the first database. */
export function watchedUser(
  { users, databases }: Cluster,
  username: string,
): ClusterUser | undefined {
  if (username === 'default') return databases[0]?.user;
  return users.find(({ name }) => name === username);
}

function headOf({ method, url, headers }: IncomingMessage): string {
  const { authorization: _, ...rest } = headers;
  return `${method} ${url} ${JSON.stringify(rest)}`;
}
