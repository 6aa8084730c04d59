import type { DatabaseKind } from '../sandbox/database/database.ts';
import { findRedisServer } from '../sandbox/database/redis-shard.ts';

/** What database tests run on: the built-in server, and a real one where the PATH has it. */
export const DATABASES: DatabaseKind[] =
  findRedisServer() === undefined ? ['built-in'] : ['redis-server', 'built-in'];
