/** Those of all names that a command line begins to name, or all; ends the process at another. */
export function namedOf(all: string[], wanted: string[]): string[] {
  const unknown = wanted.find((one) => !all.some((name) => name.startsWith(one)));
  if (unknown !== undefined) {
    process.stderr.write(`there is no ${unknown}, there are ${all.join(', ')}\n`);
    process.exit(2);
  }
  return all.filter((name) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)));
}
