import process from 'node:process';
import { pathToFileURL } from 'node:url';

// Works as AWS Lambda does: loads the built files, and reports that it is ready. Then it takes one
// event and the time from its parent, and sends back the function's error or {}. It is JavaScript
// because it starts over 200 times, and TypeScript takes longer to load.
const [, , file, invokedFunctionArn] = process.argv;
const systemNow = Date.now;
let aheadMs = 0;
Date.now = () => systemNow() + aheadMs;
const { handler } = await import(pathToFileURL(file).href);
process.once('message', async ({ event, now }) => {
  aheadMs = now - systemNow();
  const answer = await handler(event, { invokedFunctionArn }).then(
    () => ({}),
    ({ name, message, stack }) => ({ error: { name, message, stack } }),
  );
  process.send(answer, () => process.disconnect());
});
process.send('ready');
