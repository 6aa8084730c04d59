import { createHandler } from './handler.ts';

/** The handler that AWS Lambda calls. */
export const handler = createHandler(process.env);
