import { registerHooks } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

// Handles one event with the built files, as AWS Lambda does, and sends the names of the files that
// Node.js loaded.
const [, , file, invokedFunctionArn] = process.argv;
const loaded = [];
registerHooks({
  load: (url, context, next) => {
    loaded.push(url);
    return next(url, context);
  },
});
const { handler } = await import(pathToFileURL(file).href);
process.once('message', async (event) => {
  const failure = await handler(event, { invokedFunctionArn }).then(
    () => undefined,
    ({ message }) => message,
  );
  process.send({ loaded, failure }, () => process.disconnect());
});
