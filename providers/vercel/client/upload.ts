import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { ProviderError } from '../../../src/contract/index.ts';

/** What is sent in one request: so many bytes, part by part. */
export interface Content {
  readonly size: number;
  readonly parts: IterableIterator<Uint8Array>;
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

/** Where to, in the words of a request: taken apart once for all files. */
export interface UploadTarget {
  readonly url: URL;
  readonly options: RequestOptions;
}

export const uploadTarget = (url: URL): UploadTarget => ({ url, options: urlToHttpOptions(url) });

/**
 * Only one part of a content is in memory at a time. `fetch` can do that as well, but leaves so much
 * behind for each request that ten thousand of them take 200 MB; of what node does, too, only what is
 * needed is asked for.
 */
export function sendContent(
  { url, options }: UploadTarget,
  content: Content,
  { headers, signal }: UploadSending,
): Promise<Received> {
  return new Promise<Received>((done, fail) => {
    const asked = (url.protocol === 'http:' ? request : requestEncrypted)({
      ...options,
      method: 'POST',
      // Name, value, name, value: what comes like this is sent as it is, and not looked after one by one.
      headers: Object.entries({
        ...headers,
        host: url.host,
        'content-length': `${content.size}`,
      }).flat(),
    });
    const stop = () => asked.destroy(signal.reason);
    const settle =
      <T>(tell: (value: T) => void) =>
      (value: T) => {
        tell(value);
        signal.removeEventListener('abort', stop);
        // A part that never leaves would keep its file open.
        content.parts.return?.();
        if (!asked.writableFinished) asked.destroy();
      };
    const failed = settle<unknown>(fail);
    asked.once('error', failed);
    asked.once('response', (response) => receive(response, settle(done), failed));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    writeParts(asked, content).catch(failed);
  });
}

function receive(
  response: IncomingMessage,
  done: (received: Received) => void,
  failed: (error: unknown) => void,
): void {
  const { statusCode: status = 0, headers } = response;
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (part: string) => {
    text += part;
  });
  response.once('error', failed);
  response.once('end', () =>
    done({ status, text, header: (name) => headers[name]?.toString() ?? null }),
  );
}

async function writeParts(asked: ClientRequest, { size, parts }: Content): Promise<void> {
  let sent = 0;
  for (const part of parts) {
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
