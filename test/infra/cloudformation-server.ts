import { createServer } from 'node:https';
import { Agent, fetch } from 'undici';
import type { ResponseTools } from '../../infra/user-fields/response.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { type Listening, listen, readBody } from '../sandbox/listen.ts';

/** What a handler sends to CloudFormation. */
export type Received = { Status?: string; Reason?: string; PhysicalResourceId?: string };

export type CloudFormationServer = Pick<Listening, 'close'> & {
  /** The address of the responses. */
  url: string;
  /** Trusts the certificate of the server. */
  fetch: ResponseTools['fetch'];
  received: (Received & Record<string, unknown>)[];
  /** The bytes of each response. */
  bytes: number[];
};

const HOST = 'cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com';
/** Anyone who knows this part of the address can write the response. */
export const SIGNATURE = 'X-Amz-Signature=5ec2e7';

/**
 * Starts the receiver of responses on a loopback port. `statuses` are those of its first replies,
 * before 200. 0 closes the connection. As the signature requires, a content type gets status 403.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export async function startCloudFormation(statuses: number[]): Promise<CloudFormationServer> {
  const { cert, key } = await makeCertificate(HOST);
  const received: CloudFormationServer['received'] = [];
  const bytes: number[] = [];
  const server = createServer({ cert, key }, async (request, response) => {
    const body = await readBody(request);
    const isSigned = request.method === 'PUT' && request.url?.includes(SIGNATURE);
    const isAccepted = isSigned && request.headers['content-type'] === undefined;
    const status = statuses.shift() ?? (isAccepted ? 200 : 403);
    if (status === 200) {
      bytes.push(Buffer.byteLength(body));
      received.push(JSON.parse(body));
    }
    if (status === 0) response.destroy();
    else response.writeHead(status).end();
  });
  const { port, close } = await listen(server);
  const dispatcher = new Agent({ connect: { ca: cert, servername: HOST } });
  return {
    url: `https://127.0.0.1:${port}/arn%3Aaws?${SIGNATURE}`,
    fetch: (url, init) => fetch(url, { ...init, dispatcher } as Parameters<typeof fetch>[1]),
    received,
    bytes,
    close: async () => {
      await dispatcher.destroy();
      await close();
    },
  };
}
