import { setTimeout } from 'node:timers/promises';
import type { ResultField } from '@aws-sdk/client-cloudwatch-logs';
import { Failure } from '../failure.ts';
import type { Clients } from './clients.ts';
import { splitMessage } from './invoke.ts';

/** The last error of one step and code in the log. Times are in milliseconds since the epoch. */
export type LastError = {
  at: number;
  /** The last success of an operation that verifies AWSCURRENT. */
  doneAt: number | undefined;
  /** When AWSCURRENT was last accepted: also by a reconcile that failed afterwards. */
  verifiedAt: number | undefined;
  /** The last success of replaceAll. */
  replacedAt: number | undefined;
  step: string;
  code: string;
  message: string;
  hint: string;
};

const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** Whether an error is of a step of a rotation, not of another operation. */
export function isOfRotation({ step }: LastError): boolean {
  return ROTATION_STEPS.includes(step);
}

// The last line, in JSON, of an invocation that failed or that verified AWSCURRENT. Its outcome is
// the code of the error, or "done".
const QUERY = `filter ispresent(secretId) and message in ["failed", "done"]
| filter message = "failed" or step in ["finishSecret", "reconcile", "replaceAll", "rollBack"]
| fields coalesce(code, message) as outcome
| stats latest(timestamp) as at, latest(error) as lastError
  by secretId, step, outcome, CurrentPasswordRejected
| limit 10000`;

// The clock of this machine may be behind that of AWS.
const CLOCK_SKEW_SECONDS = 3_600;

// A query takes seconds. CloudWatch ends it after an hour.
const POLL_MS = 1_000;
const POLLS_MAX = 60;

/**
 * Returns the last error of each step and code since a time, the latest first, by the secret's ARN.
 * Reads the function's log by a query of CloudWatch Logs Insights.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
 */
export async function lastErrors(
  clients: Clients,
  functionArn: string,
  since: number,
): Promise<Map<string, LastError[]>> {
  const { GetQueryResultsCommand, StartQueryCommand } = await import(
    '@aws-sdk/client-cloudwatch-logs'
  );
  const { callOptions } = clients;
  const logs = await clients.logs();
  const start = new StartQueryCommand({
    logGroupName: await logGroupOf(clients, functionArn),
    queryString: QUERY,
    startTime: Math.floor(since / 1_000),
    endTime: Math.ceil(Date.now() / 1_000) + CLOCK_SKEW_SECONDS,
  });
  const { queryId } = await logs.send(start, callOptions);
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const command = new GetQueryResultsCommand({ queryId });
    const { status, results = [] } = await logs.send(command, callOptions);
    if (status === 'Complete') return errorsIn(results);
    if (status !== 'Scheduled' && status !== 'Running') throw notAnswered(status);
    await setTimeout(POLL_MS, undefined, { signal: callOptions.abortSignal });
  }
  throw notAnswered('Running');
}

async function logGroupOf({ lambda, callOptions }: Clients, functionArn: string): Promise<string> {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionArn });
  const { LoggingConfig, FunctionName } = await (await lambda()).send(command, callOptions);
  return LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
}

type Row = ReadonlyMap<string | undefined, string>;

function errorsIn(results: ResultField[][]): Map<string, LastError[]> {
  const rows = results
    .map((row): Row => new Map(row.map(({ field, value = '' }) => [field, value])))
    .filter((row) => !Number.isNaN(timeOf(row)));
  const bySecret = new Map<string, Row[]>();
  for (const row of rows) {
    const arn = row.get('secretId') ?? '';
    bySecret.set(arn, [...(bySecret.get(arn) ?? []), row]);
  }
  return new Map([...bySecret].map(([arn, ofSecret]) => [arn, errorsOf(ofSecret)]));
}

function errorsOf(rows: Row[]): LastError[] {
  const done = rows.filter((row) => row.get('outcome') === 'done');
  const failed = rows.filter((row) => row.get('outcome') !== 'done');
  const accepted = failed.filter((row) => row.get('CurrentPasswordRejected') === '0');
  return failed
    .map((row) => toError(row, done, [...done, ...accepted]))
    .sort((one, other) => other.at - one.at);
}

function toError(row: Row, done: Row[], verified: Row[]): LastError {
  const textOf = (name: string) => row.get(name) ?? '';
  const { what, hint } = splitMessage(textOf('lastError'));
  return {
    at: timeOf(row),
    doneAt: latestOf(done),
    verifiedAt: latestOf(verified),
    replacedAt: latestOf(done.filter((one) => one.get('step') === 'replaceAll')),
    step: textOf('step'),
    code: textOf('outcome'),
    message: what,
    hint,
  };
}

function latestOf(rows: Row[]): number | undefined {
  return rows.length === 0 ? undefined : Math.max(...rows.map(timeOf));
}

function timeOf(row: Row): number {
  return Date.parse(row.get('at') ?? '');
}

function notAnswered(status: string | undefined): Failure {
  const message = `the query of the function's log did not complete: its status is ${status}`;
  return new Failure(2, 'log_query_failed', message, 'run the command again, or read the log');
}
