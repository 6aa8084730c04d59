import { join } from 'node:path';

/** The folder that is deployed to AWS Lambda. The handler is `index.handler`. */
export const LAMBDA_FOLDER = join(import.meta.dirname, '../dist/lambda');
