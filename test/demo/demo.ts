import { USAGE } from './options.ts';
import { run } from './run.ts';

// What `npm start` runs.
try {
  process.exitCode = await run(process.argv.slice(2), process.stdout);
} catch (error) {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  process.stderr.write(`${reason}\n${USAGE}\n`);
  process.exitCode = 2;
}
