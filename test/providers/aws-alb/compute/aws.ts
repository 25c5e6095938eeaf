import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface AwsCall {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

interface AwsSaid {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A service of AWS that answers what it is told to, and keeps what it was asked. */
export async function awsServing(answer: (call: AwsCall) => AwsSaid) {
  const calls: AwsCall[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const call = {
      method: request.method ?? '',
      path: decodeURIComponent(request.url ?? ''),
      body: await text(request),
    };
    calls.push(call);
    const { status = 200, headers = {}, body } = answer(call);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  return { env, calls };
}
