import type { Socket } from 'node:net';
import fc from 'fast-check';
import { REMAINING_SHORT_MS, remaining } from './kind.ts';

/** How bytes arrive, and what follows them. */
type Delivery = {
  pieces: 'whole' | 'a byte at a time' | 'trickling';
  /** The share of them that arrives, 0 to 1. */
  part: number;
  last: 'end' | 'reset' | 'silence';
};

// More than the first line and headers of a reply. Single bytes of a long one take minutes.
const SPLIT_MAX_BYTES = 300;
// Often enough to keep a connection from a timeout.
const DRIP_MS = 20;

const usual = fc.record({
  pieces: fc.constantFrom('whole', 'whole', 'a byte at a time' as const),
  part: fc.oneof(fc.constant(1), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  last: fc.constantFrom('end', 'end', 'reset' as const),
});

const slow: fc.Arbitrary<Delivery> = fc.constantFrom(
  { pieces: 'trickling', part: 1, last: 'silence' },
  { pieces: 'whole', part: 0.5, last: 'silence' },
);

/** A delivery and the time for it. One in `slowOneIn` never ends, and takes all of its time. */
export function deliveries(
  slowOneIn: number,
): fc.Arbitrary<{ delivery: Delivery; remainingMs: number }> {
  return fc.oneof(
    {
      weight: slowOneIn - 1,
      arbitrary: fc.record({ delivery: usual, remainingMs: remaining }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ delivery: slow, remainingMs: fc.constant(REMAINING_SHORT_MS) }),
    },
  );
}

/** Delivers bytes to a client until it closes the connection. */
export function deliver(client: Socket, bytes: Buffer, { pieces, part, last }: Delivery): void {
  const sent = bytes.subarray(0, Math.ceil(part * bytes.length));
  const finish = () => {
    if (last === 'end') client.end();
    // A socket under TLS cannot be reset: close it without a TLS close notification.
    if (last === 'reset') client.destroy();
  };
  client.on('error', () => client.destroy());
  client.setNoDelay();
  if (pieces === 'whole') return void client.write(sent, finish);
  let at = 0;
  const drip = () => {
    if (client.destroyed) return;
    const end = at < SPLIT_MAX_BYTES ? at + 1 : sent.length;
    client.write(sent.subarray(at, end));
    at = end;
    if (at >= sent.length && pieces !== 'trickling') return finish();
    // A trickling delivery starts over, and never ends.
    if (at >= sent.length) at = 0;
    if (pieces === 'trickling') setTimeout(drip, DRIP_MS);
    else setImmediate(drip);
  };
  drip();
}
