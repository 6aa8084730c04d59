import type { JsonObject } from '../lambda/json.ts';

/** The command cannot run, or the function rejected it: one message, and one hint. */
export class Failure extends Error {
  /** The code of the function's error, or AWS's name of it. */
  readonly code: string;
  readonly hint: string;
  /** 1: something is wrong; 2: the command could not run. */
  readonly exitCode: 1 | 2;
  /** What `--json` prints besides the error. */
  readonly fields: JsonObject;

  constructor(
    exitCode: 1 | 2,
    code: string,
    message: string,
    hint: string,
    fields: JsonObject = {},
  ) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
    this.hint = hint;
    this.fields = fields;
  }
}

/** The command line is invalid: main shows the help of the command. */
export class UsageError extends Error {}
