import { randomUUID } from 'node:crypto';
import { optionalNumber, requiredString } from '../input.ts';
import { AwsError, type Input, type Service } from './aws-server.ts';

type Fields = Record<string, unknown>;
type Row = { field: string; value: string }[];
type Query = { from: number; to: number; isRunning: boolean; text: string };

const QUERY_MAX_CHARACTERS = 10_000;
const SECONDS_MAX = 253_402_300_799;

/**
 * Emulates the queries of CloudWatch Logs Insights on one log group of JSON lines: `filter` with
 * `=`, `in`, `ispresent`, `and`, `or`; `fields` with `coalesce`; `stats` with `latest … as … by`.
 * Each query runs for one poll.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/CWL_QuerySyntax.html
 */
export function logsService(logGroup: string, lines: readonly string[]): Service {
  const queries = new Map<string, Query>();
  return {
    target: 'Logs_20140328',
    permission: 'logs',
    messageKey: 'message',
    operations: {
      StartQuery: (input) => {
        if (requiredString(input, 'logGroupName', 512) !== logGroup) {
          throw new AwsError('ResourceNotFoundException', 'Log group does not exist');
        }
        const queryId = randomUUID();
        queries.set(queryId, parseQuery(input));
        return { queryId };
      },
      GetQueryResults: (input) => {
        const query = queries.get(requiredString(input, 'queryId', 256));
        if (query === undefined) {
          throw new AwsError('ResourceNotFoundException', 'Query does not exist');
        }
        if (query.isRunning) {
          query.isRunning = false;
          return { status: 'Running', results: [] };
        }
        return { status: 'Complete', results: runQuery(query, lines) };
      },
    },
  };
}

function parseQuery(input: Input): Query {
  const from = optionalNumber(input, 'startTime', 0, SECONDS_MAX);
  const to = optionalNumber(input, 'endTime', 0, SECONDS_MAX);
  const text = requiredString(input, 'queryString', QUERY_MAX_CHARACTERS);
  if (from === undefined || to === undefined || to < from) {
    throw new AwsError('InvalidParameterException', 'End time should not be before start time');
  }
  const query = { from, to, isRunning: true, text };
  runQuery(query, []);
  return query;
}

/** Returns the row of each group, as strings. */
function runQuery({ from, to, text }: Query, lines: readonly string[]): Row[] {
  const parts = text.split(/\s*\|\s*/);
  const filters = parts.filter((part) => part.startsWith('filter ')).map(filterOf);
  const stats = parts.find((part) => part.startsWith('stats ')) ?? '';
  const [, columns = '', by = ''] = /^stats (.+?)\s+by (\w+(?:, \w+)*)$/s.exec(stats) ?? [];
  if (by === '') throw malformed(stats);
  const keys = by.split(', ');
  const derive = fieldsOf(parts.find((part) => part.startsWith('fields ')));
  const found = lines
    .map((line): Fields => derive(JSON.parse(line)))
    .filter((line) => isWithin(line, from, to) && filters.every((accepts) => accepts(line)));
  const valuesOf = (line: Fields) => JSON.stringify(keys.map((key) => String(line[key])));
  return [...Map.groupBy(found, valuesOf).values()].map((group) => [
    ...keys.map((field) => ({ field, value: String(group[0]?.[field]) })),
    ...columns.split(/,\s*/).flatMap((column) => latestOf(column, group)),
  ]);
}

const isWithin = ({ timestamp }: Fields, from: number, to: number) => {
  const seconds = Date.parse(String(timestamp)) / 1_000;
  return seconds >= from && seconds <= to;
};

/** Returns a function that adds the field of `fields coalesce(…) as …` to a line. */
function fieldsOf(text: string | undefined): (line: Fields) => Fields {
  if (text === undefined) return (line) => line;
  const [, names, name] = /^fields coalesce\((\w+(?:, \w+)*)\) as (\w+)$/.exec(text) ?? [];
  if (names === undefined || name === undefined) throw malformed(text);
  const first = (line: Fields) => names.split(', ').find((one) => line[one] !== undefined) ?? '';
  return (line) => ({ ...line, [name]: line[first(line)] });
}

function filterOf(text: string): (line: Fields) => boolean {
  const [, conditions = ''] = /^filter (.+)$/.exec(text) ?? [];
  const tests = conditions.split(' or ').map((all) => all.split(' and ').map(conditionOf));
  return (line) => tests.some((all) => all.every((test) => test(line)));
}

function conditionOf(text: string): (line: Fields) => boolean {
  const [, field, value] = /^(\w+) = "([^"]*)"$/.exec(text) ?? [];
  if (field !== undefined) return (line) => line[field] === value;
  const [, present] = /^ispresent\((\w+)\)$/.exec(text) ?? [];
  if (present !== undefined) return (line) => line[present] !== undefined;
  const [, item, list] = /^(\w+) in (\["[^"]*"(?:, "[^"]*")*\])$/.exec(text) ?? [];
  if (item === undefined || list === undefined) throw malformed(text);
  const allowed: unknown[] = JSON.parse(list);
  return (line) => allowed.includes(line[item]);
}

/** Returns the field of the latest line that has it; no cell if no line has it. */
function latestOf(column: string, group: Fields[]): Row {
  const [, field = '', name = ''] = /^latest\((\w+)\) as (\w+)$/.exec(column) ?? [];
  if (field === '') throw malformed(column);
  const line = group.findLast((one) => one[field] !== undefined);
  return line === undefined ? [] : [{ field: name, value: String(line[field]) }];
}

function malformed(part: string): AwsError {
  return new AwsError('MalformedQueryException', `unexpected symbol found ${part}`);
}
