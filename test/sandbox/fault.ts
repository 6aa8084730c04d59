import type { Socket } from 'node:net';

/**
 * A fault of a call. The request is lost before the server applies it, or the reply is lost or cut
 * off afterwards, or the server does not reply, or replies with this status.
 */
export type Fault =
  | 'request lost'
  | 'reply lost'
  | 'reply cut off'
  | 'no reply'
  | { status: number; body?: string; location?: string };

/** A reply without its end. */
export const CUT_OFF = '{"cut';

/** Returns the fault of a call; undefined: none. */
export type FaultOf<Call extends unknown[], Kind = Fault> = (
  ...call: Call
) => Kind | undefined | Promise<Kind | undefined>;

/** Writes to the client instead of a reply, before or after the server applies the call. */
export type Scripted = { script: (client: Socket) => void; isDone: boolean };
