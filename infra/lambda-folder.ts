import { join } from 'node:path';

/** What AWS Lambda gets; the handler is `index.handler`. */
export const LAMBDA_FOLDER = join(import.meta.dirname, '../dist/lambda');
