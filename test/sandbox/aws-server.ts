import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listening, listen, readBody } from './listen.ts';

/** What an operation is called with: the request's JSON. */
export type Input = Record<string, unknown>;

/** The operations of one service, by their names. */
export type Service = {
  /** What stands before the operation in `X-Amz-Target`. */
  target: string;
  /** What stands before the operation in an IAM policy. */
  permission: string;
  /** Secrets Manager spells it `Message`, SSM `message`. */
  messageKey: 'Message' | 'message';
  operations: Record<string, (input: Input) => object | Promise<object>>;
};

/** A client error as AWS JSON 1.1 carries it: always HTTP 400. */
export class AwsError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** What may go wrong: an operation is refused, done and refused all the same, or behind a write. */
type AwsFault = 'refused' | 'done, then refused' | 'not found';

type MaybeFault = AwsFault | undefined;

export type AwsServer = Listening & {
  /** Asked before every operation, `secretsmanager:GetSecretValue` say; undefined lets it through. */
  fault: ((action: string, input: Input) => MaybeFault | Promise<MaybeFault>) | undefined;
};

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** An AWS JSON 1.1 endpoint for several services on one loopback port. */
export async function startAwsServer(services: Service[]): Promise<AwsServer> {
  const server = createServer((request, response) => {
    answer(services, aws, request, response).catch(() => response.destroy());
  });
  const listening = await listen(server);
  const aws: AwsServer = { ...listening, fault: undefined };
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
  const body = await readBody(request);
  const reply = (status: number, content: object) => {
    response.writeHead(status, {
      'content-type': CONTENT_TYPE,
      'x-amzn-requestid': randomUUID(),
    });
    response.end(JSON.stringify(content));
  };
  try {
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
      throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    const run = service?.operations[operation];
    if (run === undefined) throw new AwsError('UnknownOperationException', '');
    const input = parse(body);
    const fault = await aws.fault?.(`${service?.permission}:${operation}`, input);
    if (fault === 'not found') throw new AwsError('ResourceNotFoundException', 'not there yet');
    const done = fault === 'refused' ? {} : await run(input);
    if (fault !== undefined) throw new AwsError('AccessDeniedException', 'refused by a fault');
    reply(200, done);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    reply(400, { __type: error.type, [service?.messageKey ?? 'message']: error.message });
  }
}

function parse(body: string): Input {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return { ...input };
  } catch {
    // Both ways lead to the same answer.
  }
  throw new AwsError(
    'SerializationException',
    'Start of structure or map found where not expected.',
  );
}
