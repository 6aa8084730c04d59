import process from 'node:process';
import { pathToFileURL } from 'node:url';

// A child process that does what AWS Lambda does: it loads the built files, then says that it is
// ready, takes one event from its parent, and answers with what the function throws, or nothing.
// JavaScript, because it starts 200 times and more, and types would have to be taken off each time.
const [, , file, invokedFunctionArn] = process.argv;
const { handler } = await import(pathToFileURL(file).href);
process.once('message', async (event) => {
  const answer = await handler(event, { invokedFunctionArn }).then(
    () => ({}),
    ({ name, message, stack }) => ({ error: { name, message, stack } }),
  );
  process.send(answer, () => process.disconnect());
});
process.send('ready');
