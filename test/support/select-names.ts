/** Returns the names that start with a wanted one, or all. Ends the process if one matches none. */
export function selectNames(all: string[], wanted: string[]): string[] {
  const unknown = wanted.find((one) => !all.some((name) => name.startsWith(one)));
  if (unknown !== undefined) {
    process.stderr.write(`unknown name: ${unknown}; allowed: ${all.join(', ')}\n`);
    process.exit(2);
  }
  return all.filter((name) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)));
}
