import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { CUT_OFF, type Fault, type FaultOf } from '../fault.ts';
import { type Listening, listen, readBody } from '../listen.ts';

/** The JSON of a request. */
export type Input = Record<string, unknown>;

/** The operations of one service, by their names. */
export type Service = {
  /** The prefix of the operation in `X-Amz-Target`. */
  target: string;
  /** The prefix of the operation in an IAM policy. */
  permission: string;
  /** `Message` in Secrets Manager, `message` in SSM. */
  messageKey: 'Message' | 'message';
  operations: Record<string, (input: Input) => object | Promise<object>>;
};

/** A client error of AWS JSON 1.1. Its status is always 400. */
export class AwsError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** A fault of a call. `not found` is a read that is behind a write. */
export type AwsFault = Fault | 'denied' | 'done, then denied' | 'not found';

/** An operation, such as `secretsmanager:GetSecretValue`, and the access key of its caller. */
export type AwsCall = { action: string; input: Input; caller: string };

export type AwsServer = Listening & {
  fault: FaultOf<[action: string, input: Input, caller: string], AwsFault> | undefined;
  /** Runs every operation that no fault prevents. */
  around: (call: AwsCall, run: () => Promise<object>) => Promise<object>;
  /** Receives the head of every request. */
  onRequest: (request: IncomingMessage) => void;
};

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** Starts an AWS JSON 1.1 endpoint for several services on one loopback port. */
export async function startAwsServer(services: Service[]): Promise<AwsServer> {
  const server = createServer((request, response) => {
    answer(services, aws, request, response).catch(() => response.destroy());
  });
  const listening = await listen(server);
  const aws: AwsServer = {
    ...listening,
    fault: undefined,
    around: (_call, run) => run(),
    onRequest: () => undefined,
  };
  return aws;
}

async function answer(
  services: Service[],
  aws: AwsServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [target = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
  const service = services.find((one) => one.target === target);
  aws.onRequest(request);
  const body = await readBody(request);
  const reply = (status: number, content: string) => {
    const headers = { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': randomUUID() };
    response.writeHead(status, headers).end(content);
  };
  try {
    const [, caller] =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    if (caller === undefined) {
      throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    const run = service?.operations[operation];
    if (run === undefined) throw new AwsError('UnknownOperationException', '');
    const call = { action: `${service?.permission}:${operation}`, input: parse(body), caller };
    const outcome = await perform(aws, call, run);
    if (outcome === 'hang up') request.socket.destroy();
    else if (outcome !== 'silence') reply(outcome.status, outcome.body ?? '');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const content = { __type: error.type, [service?.messageKey ?? 'message']: error.message };
    reply(400, JSON.stringify(content));
  }
}

/** Runs an operation as its fault allows; returns the reply. */
async function perform(
  aws: AwsServer,
  call: AwsCall,
  run: (input: Input) => object | Promise<object>,
): Promise<'silence' | 'hang up' | { status: number; body?: string }> {
  const fault = await aws.fault?.(call.action, call.input, call.caller);
  if (fault === 'no reply') return 'silence';
  if (fault === 'request lost') return 'hang up';
  if (typeof fault === 'object') return fault;
  if (fault === 'not found') throw new AwsError('ResourceNotFoundException', 'not there yet');
  if (fault === 'denied') throw new AwsError('AccessDeniedException', 'denied by a fault');
  const done = await aws.around(call, async () => run(call.input));
  if (fault === 'reply lost') return 'hang up';
  if (fault === 'reply cut off') return { status: 200, body: CUT_OFF };
  if (fault !== undefined) throw new AwsError('AccessDeniedException', 'denied by a fault');
  return { status: 200, body: JSON.stringify(done) };
}

function parse(body: string): Input {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return { ...input };
  } catch {
    // Invalid JSON has the same error as another type.
  }
  throw new AwsError(
    'SerializationException',
    'Start of structure or map found where not expected.',
  );
}
