/**
 * The generations of the password API. `legacy`: POST and PUT require a password of the user.
 * `adminUnsafe`: ignores the username and changes the user that logs in (bug RS161290). `current`:
 * changes the user that the request names.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/password/
 */
export type Generation = 'legacy' | 'adminUnsafe' | 'current';

export type Version = readonly [major: number, minor: number, patch: number, build: number];

// The first version of each range, ascending. A version between two documented ranges counts as
// unsafe; so does 7.5.0 to 7.8.2-33, of which a draft build 7.8.2-28 existed.
const VERSION_RANGES: [from: Version, generation: Generation][] = [
  [[6, 0, 12, 0], 'legacy'],
  [[7, 5, 0, 0], 'adminUnsafe'],
  [[7, 8, 6, 119], 'current'],
  [[7, 9, 0, 0], 'adminUnsafe'],
  [[7, 22, 0, 216], 'current'],
];

const VERSION = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:-(\d{1,9})(?:\.[\w.-]{1,40})?)?$/;

/**
 * Returns the generation of a `software_version` such as `7.22.0-216`. The tag of an image has a
 * suffix: `8.2.0-78.18.minimal`, `7.4.6-293.rhel8-openshift`.
 */
export function generationOf(softwareVersion: string): Generation | undefined {
  return VERSION_RANGES.findLast(([from]) => isAtLeast(softwareVersion, from))?.[1];
}

/** With mixed versions, as during an upgrade, returns the generation that permits the least. */
export function mostRestrictive(generations: Generation[]): Generation | undefined {
  const order = ['adminUnsafe', 'legacy', 'current'] as const;
  return order.find((one) => generations.includes(one));
}

/** Whether a version is `from` or later; false if it is unknown. */
export function isAtLeast(softwareVersion: string, from: Version): boolean {
  const [, ...found] = VERSION.exec(softwareVersion) ?? [];
  // Without a build, it counts as the first build.
  const version = found.map((part) => Number(part ?? 0));
  return found.length > 0 && compare(version, from) >= 0;
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((part, at) => part !== other[at]);
  return index === -1 ? 0 : Number(one[index]) - Number(other[index]);
}
