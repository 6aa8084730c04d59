import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listening, listen, readBody } from '../listen.ts';

type Invoke = (event: unknown) => Promise<unknown>;

/** AWS Lambda with one function, by its name or its ARN. */
type LambdaOptions = {
  functionName: string;
  logGroup: string;
  variables?: Record<string, string>;
  invoke: Invoke;
};

const FUNCTION_PATH = /^\/2015-03-31\/functions\/([^/]+)\/(invocations|configuration)$/;

/** An error of AWS Lambda itself, such as a throttle. Any other error is the function's. */
export class InvokeError extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(name: string, status: number, message: string) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/**
 * Starts AWS Lambda's Invoke and GetFunctionConfiguration on a loopback port, for one function.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
 */
export function startLambdaServer(options: LambdaOptions): Promise<Listening> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => response.destroy());
  });
  return listen(server);
}

async function answer(
  { functionName, logGroup, variables = {}, invoke }: LambdaOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const [, name = '', operation] = FUNCTION_PATH.exec(request.url ?? '') ?? [];
  const [requested = ''] = decodeURIComponent(name).split(':').slice(-1);
  if (requested !== functionName) {
    response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' });
    response.end(JSON.stringify({ Type: 'User', Message: `Function not found: ${requested}` }));
    return;
  }
  if (operation === 'configuration') {
    const LoggingConfig = { LogFormat: 'JSON', LogGroup: logGroup };
    const Environment = { Variables: variables };
    response.end(JSON.stringify({ FunctionName: functionName, LoggingConfig, Environment }));
    return;
  }
  try {
    response.end(JSON.stringify((await invoke(JSON.parse(body))) ?? null));
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    if (error instanceof InvokeError) {
      response.writeHead(error.status, { 'x-amzn-errortype': errorType });
      response.end(JSON.stringify({ Type: 'User', message: errorMessage }));
      return;
    }
    response.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
    response.end(JSON.stringify({ errorType, errorMessage }));
  }
}
