import process from 'node:process';
import { pathToFileURL } from 'node:url';

// Handles events one after the other with the built files, as AWS Lambda does, and sends the most
// memory that the process had, in bytes.
const [, , file, invokedFunctionArn] = process.argv;
const { handler } = await import(pathToFileURL(file).href);
const KIB = 1_024;
process.once('message', async (events) => {
  let failure;
  for (const event of events) {
    failure ??= await handler(event, { invokedFunctionArn }).then(
      () => undefined,
      ({ message }) => message,
    );
  }
  const bytes = process.resourceUsage().maxRSS * KIB;
  process.send({ bytes, failure }, () => process.disconnect());
});
