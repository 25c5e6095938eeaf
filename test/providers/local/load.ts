import { Agent, get } from 'node:http';
import { setTimeout } from 'node:timers/promises';

export interface LoadOptions {
  readonly connections?: number;
  /** A new connection for every request instead of kept ones. */
  readonly fresh?: boolean;
  readonly path?: string;
  /** Ms that each connection rests after an answer. */
  readonly pause?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly failures: readonly string[];
  /** Connections that were turned away: never excusable. */
  readonly refused: number;
  readonly versions: Readonly<Record<string, number>>;
  readonly slowest: number;
}

/** For what is watched for seconds: about a request a millisecond, which leaves processors to what is tested. */
export const STEADY = { pause: 8 } as const;

/** Concurrent requests without a break, until stopped. */
export function load(
  url: string,
  { connections = 8, fresh = false, path = '/', pause = 0 }: LoadOptions = {},
) {
  const agent = fresh ? false : new Agent({ keepAlive: true, maxSockets: connections });
  const result = {
    requests: 0,
    failures: [] as string[],
    refused: 0,
    versions: {} as Record<string, number>,
    slowest: 0,
  };
  let going = true;
  const worker = async () => {
    while (going) {
      const began = performance.now();
      const answer = await once(`${url}${path}`, agent);
      result.requests++;
      result.slowest = Math.max(result.slowest, performance.now() - began);
      if (answer.version)
        result.versions[answer.version] = (result.versions[answer.version] ?? 0) + 1;
      if (answer.failure) result.failures.push(answer.failure);
      if (answer.failure === 'ECONNREFUSED') result.refused++;
      if (pause > 0) await setTimeout(pause);
    }
  };
  const workers = Array.from({ length: connections }, worker);
  return {
    result: result as LoadResult,
    async stop(): Promise<LoadResult> {
      going = false;
      await Promise.all(workers);
      if (agent) agent.destroy();
      return result;
    },
  };
}

function once(
  url: string,
  agent: Agent | false,
): Promise<{ version: string | null; failure: string | null }> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      const version = (response.headers['x-version'] as string | undefined) ?? null;
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', (error: NodeJS.ErrnoException) =>
        resolve({ version, failure: `broken off: ${error.code}` }),
      );
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        resolve({ version, failure: status >= 500 ? `${status} ${text.slice(0, 120)}` : null });
      });
    });
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ version: null, failure: error.code ?? error.message }),
    );
  });
}
