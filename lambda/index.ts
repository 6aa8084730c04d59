import { createHandler } from './handler.ts';

/** What AWS Lambda calls. */
export const handler = createHandler(process.env);
