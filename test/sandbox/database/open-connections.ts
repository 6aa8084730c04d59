import type { Socket } from 'node:net';
import { readCommand } from './built-in-shard.ts';

export type Login = { name: string; password: string };

type OpenConnections = {
  watch: (client: Socket) => void;
  /** Closes a user's connections that logged in with a removed password. */
  closeStale: (user: { name: string; passwords: string[] }) => void;
};

/** Follows the connections to a database, and the password of each login. */
export function openConnections(onLogin: (login: Login) => void): OpenConnections {
  const logins = new Map<Socket, Login>();
  return {
    watch: (client) => {
      let received = '';
      client.on('data', (chunk: Buffer | string) => {
        received += typeof chunk === 'string' ? chunk : chunk.toString('latin1');
        for (let read = readCommand(received); read !== undefined; read = readCommand(received)) {
          received = received.slice(read.length);
          const login = loginIn(read.parts);
          if (login === undefined) continue;
          logins.set(client, login);
          onLogin(login);
        }
      });
      client.on('close', () => logins.delete(client));
    },
    closeStale: ({ name, passwords }) => {
      for (const [client, login] of logins) {
        if (login.name === name && !passwords.includes(login.password)) client.destroy();
      }
    },
  };
}

/** Returns the login in `AUTH name password`, `AUTH password` or `HELLO 3 AUTH name password`. */
function loginIn(parts: string[]): Login | undefined {
  const at = parts.findIndex((part) => part.toUpperCase() === 'AUTH');
  const [name, password] = at === -1 ? [] : parts.slice(at + 1);
  if (name === undefined) return undefined;
  return password === undefined ? { name: 'default', password: name } : { name, password };
}
