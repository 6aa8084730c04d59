import type { Socket } from 'node:net';

/**
 * What may go wrong with a call: it is lost before it is done, or its reply is lost or cut off
 * after; nobody answers; or something else does.
 */
export type Fault =
  | 'request lost'
  | 'reply lost'
  | 'reply cut off'
  | 'no reply'
  | { status: number; body?: string; location?: string };

/** The reply of which the rest is cut off. */
export const CUT_OFF = '{"cut';

/** Asked before a call; undefined lets it through. */
export type FaultOf<Call extends unknown[], Kind = Fault> = (
  ...call: Call
) => Kind | undefined | Promise<Kind | undefined>;

/** A server that writes what it likes, before a call is done or, instead of its reply, after. */
export type Scripted = { script: (client: Socket) => void; isDone: boolean };
