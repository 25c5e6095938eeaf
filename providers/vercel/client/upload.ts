import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { text } from 'node:stream/consumers';
import { ProviderError } from '../../../src/contract/index.ts';

/** What is sent in one request: so many bytes, part by part. */
export interface Content {
  readonly size: number;
  readonly parts: AsyncIterable<Uint8Array>;
}

interface UploadSending {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface Received {
  readonly status: number;
  readonly text: string;
  header(name: string): string | null;
}

/**
 * Only one part of a content is in memory at a time. `fetch` can do that as well, but leaves so much
 * behind for each request that ten thousand of them take 200 MB.
 */
export async function sendContent(
  url: URL,
  { size, parts }: Content,
  { headers, signal }: UploadSending,
): Promise<Received> {
  const asked = (url.protocol === 'http:' ? request : requestEncrypted)(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': size },
    signal,
  });
  const answered = answerTo(asked);
  const written = writeParts(asked, { size, parts });
  // Whoever is told to stop stops; whoever cannot go on is told nothing more.
  written.catch(() => asked.destroy());
  answered.catch(() => {});
  try {
    await Promise.race([written, answered]);
    return await answered;
  } finally {
    if (!asked.writableFinished) asked.destroy();
  }
}

function answerTo(asked: ClientRequest): Promise<Received> {
  return new Promise((done, fail) => {
    asked.once('error', fail);
    asked.once('response', (response) => received(response).then(done, fail));
  });
}

async function received(response: IncomingMessage): Promise<Received> {
  const { statusCode = 0, headers } = response;
  const header = (name: string) => headers[name]?.toString() ?? null;
  return { status: statusCode, text: await text(response), header };
}

async function writeParts(asked: ClientRequest, { size, parts }: Content): Promise<void> {
  let sent = 0;
  for await (const part of parts) {
    sent += part.length;
    if (sent > size) break;
    await new Promise<void>((flushed, fail) => {
      asked.write(part, (error) => (error ? fail(error) : flushed()));
    });
  }
  if (sent !== size)
    throw new ProviderError('permanent', 'the file has changed since the release was described');
  asked.end();
}
