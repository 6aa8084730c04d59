/**
 * What may go wrong with a call: it is lost before it is done, or its reply is after; nobody
 * answers; or something else does.
 */
export type Fault =
  | 'request lost'
  | 'reply lost'
  | 'no reply'
  | { status: number; body?: string; location?: string };

/** Asked before a call; undefined lets it through. */
export type FaultOf<Call extends unknown[], Kind = Fault> = (
  ...call: Call
) => Kind | undefined | Promise<Kind | undefined>;
