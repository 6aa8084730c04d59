/**
 * The generations of the password API: A knows no other login than the body's, B ignores the
 * username and changes whoever logged in (bug RS161290), C does what it is told.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/password/
 */
export type Generation = 'legacy' | 'adminUnsafe' | 'current';

type Version = [major: number, minor: number, patch: number, build: number];

// The first version of each stretch, ascending. What lies between two known ones counts as B.
const VERSION_RANGES: [from: Version, generation: Generation][] = [
  [[6, 0, 12, 0], 'legacy'],
  [[7, 8, 2, 34], 'adminUnsafe'],
  [[7, 8, 6, 119], 'current'],
  [[7, 9, 0, 0], 'adminUnsafe'],
  [[7, 22, 0, 216], 'current'],
];

/** The generation of a `software_version` such as `7.22.0-216`; undefined: not known. */
export function generationOf(softwareVersion: string): Generation | undefined {
  const found = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})-(\d{1,9})$/.exec(softwareVersion);
  if (found === null) return undefined;
  const version = found.slice(1).map(Number);
  return VERSION_RANGES.findLast(([from]) => compare(version, from) >= 0)?.[1];
}

/** The generation to reckon with where nodes differ, as they do during an upgrade. */
export function mostRestrictive(generations: Generation[]): Generation | undefined {
  return (['adminUnsafe', 'legacy', 'current'] as const).find((one) => generations.includes(one));
}

function compare(one: number[], other: number[]): number {
  const index = one.findIndex((part, at) => part !== other[at]);
  return index === -1 ? 0 : Number(one[index]) - Number(other[index]);
}
