import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listening, listen, readBody } from '../../sandbox/listen.ts';
import { FUNCTION_ARN } from '../../sandbox/names.ts';

/** An error, as the runtime client reports it. */
export type RuntimeError = { errorType: string; errorMessage: string; trace: string[] };

export type Outcome = { response: unknown } | { error: RuntimeError };

type Invocation = { id: string; event: unknown; deadline: number };

/**
 * The API from which one runtime gets the events of AWS Lambda.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
type RuntimeApi = Listening & {
  /** Sends an event; the invocation times out after `timeoutMs`. */
  invoke: (event: unknown, timeoutMs: number) => Promise<Outcome>;
  /** Resolves if the function fails to start. */
  initError: Promise<RuntimeError>;
};

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const events = queue<Invocation>();
  const outcomes = new Map<string, (outcome: Outcome) => void>();
  const init = Promise.withResolvers<RuntimeError>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, part, id = '', kind] = route(request.url);
    if (part === 'invocation' && id === 'next') return sendEvent(await events.next(), response);
    const body: unknown = JSON.parse((await readBody(request)) || 'null');
    if (part === 'init') init.resolve(body as RuntimeError);
    const isError = kind === 'error';
    outcomes.get(id)?.(isError ? { error: body as RuntimeError } : { response: body });
    response.writeHead(202).end('{"status":"OK"}');
  };
  return {
    ...(await listen(server)),
    initError: init.promise,
    invoke: (event, timeoutMs) => {
      const id = randomUUID();
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      outcomes.set(id, resolve);
      events.add({ id, event, deadline: Date.now() + timeoutMs });
      return promise;
    },
  };
}

/** `/invocation/next`, `/invocation/{id}/response`, `/invocation/{id}/error`, `/init/error`. */
function route(url = ''): string[] {
  return /^\/2018-06-01\/runtime\/(invocation|init)\/([^/]+)\/?(\w*)$/.exec(url) ?? [];
}

function sendEvent({ id, event, deadline }: Invocation, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': id,
    'lambda-runtime-deadline-ms': String(deadline),
    'lambda-runtime-invoked-function-arn': FUNCTION_ARN,
  });
  response.end(JSON.stringify(event));
}

/** Returns a queue for one reader. */
function queue<T>() {
  const items: T[] = [];
  let wake: () => void = () => undefined;
  return {
    add: (item: T) => {
      items.push(item);
      wake();
    },
    next: async (): Promise<T> => {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) return item;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
