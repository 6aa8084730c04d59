let kept = 0;
let broken = 0;

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Checks a promise, and prints the result; a broken promise fails the process. */
export async function promise(text: string, check: () => unknown): Promise<void> {
  try {
    await check();
    kept += 1;
    say(`kept    ${text}`);
  } catch (error) {
    broken += 1;
    process.exitCode = 1;
    say(`BROKEN  ${text}\n${error instanceof Error ? error.stack : error}`);
  }
}

/** Prints that a tool is absent; this does not fail the process. */
export function absent(tool: string, what: string, hint: string): void {
  say(`!!! ${tool} is absent, NOT CHECKED: ${what}; hint: ${hint}`);
}

/** Prints the last line of a script; a script that checked nothing fails. */
export function summarize(peer: string): void {
  if (kept + broken === 0) process.exitCode = 1;
  say(`${peer}: ${kept} promises kept, ${broken} broken`);
}
