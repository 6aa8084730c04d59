import type { Socket } from 'node:net';
import type { Shard } from './database.ts';

type User = { passwords: string[]; mayWhoami: boolean; isOpen: boolean };
type Session = { user: string | undefined };
type State = { users: Map<string, User>; data: Map<string, string>; refusal: () => string };

/**
 * Emulates Redis with AUTH, HELLO, PING, ACL WHOAMI, GET and SET. `refusal` returns the error of a
 * rejected login.
 */
export function startBuiltInShard(refusal: () => string): Shard {
  const state: State = { users: new Map(), data: new Map(), refusal };
  return {
    kind: 'built-in',
    serve: (client) => serve(state, client),
    setUser: async ({ name, passwords, acl, isOpen = false }) => {
      state.users.set(name, { passwords, mayWhoami: !acl.includes('-acl'), isOpen });
    },
    stop: async () => undefined,
  };
}

function serve(state: State, client: Socket): void {
  const session: Session = { user: state.users.get('default')?.isOpen ? 'default' : undefined };
  let received = '';
  client.setEncoding('latin1');
  client.on('data', (chunk) => {
    received += chunk;
    // Closes a connection that uses TLS or HTTP.
    if (!received.startsWith('*')) client.destroy();
    for (let read = readCommand(received); read !== undefined; read = readCommand(received)) {
      received = received.slice(read.length);
      client.write(run(state, session, read.parts), 'latin1');
    }
  });
}

/** Reads a command, an array of bulk strings; undefined until it is complete. */
export function readCommand(text: string): { parts: string[]; length: number } | undefined {
  const [head, count] = /^\*(\d+)\r\n/.exec(text) ?? [];
  if (head === undefined) return undefined;
  const parts: string[] = [];
  let at = head.length;
  for (let index = 0; index < Number(count); index += 1) {
    const [line, size] = /^\$(\d+)\r\n/.exec(text.slice(at)) ?? [];
    if (line === undefined) return undefined;
    const from = at + line.length;
    at = from + Number(size) + 2;
    if (text.length < at) return undefined;
    parts.push(Buffer.from(text.slice(from, at - 2), 'latin1').toString());
  }
  return { parts, length: at };
}

function run(state: State, session: Session, [name = '', ...rest]: string[]): string {
  const command = name.toUpperCase();
  if (command === 'HELLO') return hello(state, session, rest);
  if (command === 'AUTH') return auth(state, session, rest) ? OK : rejected(state);
  if (session.user === undefined) return '-NOAUTH Authentication required.\r\n';
  const [key = '', value = ''] = rest;
  switch (command) {
    case 'PING':
      return '+PONG\r\n';
    case 'GET':
      return bulk(state.data.get(key));
    case 'SET':
      state.data.set(key, value);
      return OK;
    case 'ACL':
      return key.toUpperCase() === 'WHOAMI' ? whoami(state, session.user) : unknown(command);
    case 'CLIENT':
      return OK;
    default:
      return unknown(command);
  }
}

function whoami({ users }: State, user: string): string {
  if (users.get(user)?.mayWhoami) return bulk(user);
  return `-NOPERM User ${user} has no permissions to run the 'acl|whoami' command\r\n`;
}

function auth({ users }: State, session: Session, [first = '', second]: string[]): boolean {
  const [name, password] = second === undefined ? ['default', first] : [first, second];
  const user = users.get(name);
  if (user?.isOpen !== true && user?.passwords.includes(password) !== true) return false;
  session.user = name;
  return true;
}

function hello(state: State, session: Session, [version = '2', ...options]: string[]): string {
  const at = options.findIndex((option) => option.toUpperCase() === 'AUTH');
  if (at !== -1 && !auth(state, session, options.slice(at + 1))) return rejected(state);
  if (session.user === undefined) {
    return '-NOAUTH HELLO must be called with the client already authenticated\r\n';
  }
  const pairs = [bulk('server'), bulk('redis'), bulk('proto'), `:${version}\r\n`];
  return `${version === '3' ? '%2' : '*4'}\r\n${pairs.join('')}`;
}

const OK = '+OK\r\n';
const rejected = ({ refusal }: State) => `-${refusal()}\r\n`;

function bulk(text: string | undefined): string {
  if (text === undefined) return '$-1\r\n';
  return `$${Buffer.byteLength(text)}\r\n${Buffer.from(text).toString('latin1')}\r\n`;
}

function unknown(command: string): string {
  return `-ERR unknown command '${command.slice(0, 20).replace(/[\r\n]/g, ' ')}'\r\n`;
}
