import type { DatabaseKind } from '../sandbox/database/database.ts';
import { findRedisServer } from '../sandbox/database/redis-shard.ts';

/** What database tests run on: the emulator, and a real server if the PATH has one. */
export const DATABASES: DatabaseKind[] =
  findRedisServer() === undefined ? ['built-in'] : ['redis-server', 'built-in'];
