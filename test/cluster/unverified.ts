import process from 'node:process';
import { createHandler } from '../../lambda/handler.ts';
import { TLS_SWITCH } from '../../lambda/names.ts';

// Runs as a child process with TLS_SWITCH set to 0, in which Node.js verifies no certificate. Sends
// the outcome of a start with this variable to its parent, then that of each event without it.

const { [TLS_SWITCH]: _removed, ...environment } = process.env;
const start = async () => createHandler(process.env);
const outcomes = [await outcomeOf(start())];
const handler = createHandler(environment, undefined, () => undefined);
const [, , events = '[]'] = process.argv;
for (const event of JSON.parse(events)) outcomes.push(await outcomeOf(handler(event)));
process.send?.(outcomes, () => process.disconnect());

async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch(({ code, message }) => ({ code, message }));
}
