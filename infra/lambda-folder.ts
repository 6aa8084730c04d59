import { join } from 'node:path';

/** The folder that is deployed to AWS Lambda. The handler is `index.handler`. */
export const LAMBDA_FOLDER = join(import.meta.dirname, '../dist/lambda');

/** The folder of the handler of the users' fields. The handler is `index.handler`. */
export const USER_FIELDS_FOLDER = join(import.meta.dirname, '../dist/user-fields');
