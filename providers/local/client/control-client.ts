import { type FailureClass, ProviderError } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { UnsafePath } from '../../../src/lib/safe-files/flaw.ts';
import { connectPrivate } from '../../../src/lib/safe-files/private-socket.ts';
import { edgeIsAlive } from '../home/edge-record.ts';
import { keeperDeafError, keeperDownError, lostAnswerError, notOwnError } from '../home/errors.ts';
import { controlSocket, demandOwn, keeperLog } from '../home/folder.ts';
import { tail } from '../home/log-file.ts';
import type { Status } from '../home/messages.ts';
import { launch } from '../machine/programs.ts';

/** An edge that is alive brings its keeper back by itself. */
const REVIVAL = 3000;
const KEEPER_START_LIMIT_MS = 8000;
const CONTROL_CLIENT_LOOK_INTERVAL_MS = 10;
/** The state is in memory: whoever needs longer for it hangs. */
const ANSWER_TIME = 5000;
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** The keeper's state; null when none runs. Waits only while a living edge is bringing one back. */
export async function statusOf(home: string): Promise<Status | null> {
  const deadline = systemClock.monotonic() + REVIVAL;
  for (;;) {
    const status = await askForStatus(home);
    if (status || !edgeIsAlive(home) || systemClock.monotonic() > deadline) return status;
    await systemClock.sleep(CONTROL_CLIENT_LOOK_INTERVAL_MS);
  }
}

/** A keeper that answers, started if there is none. */
export async function ensureKeeper(home: string): Promise<void> {
  if (await statusOf(home)) return;
  demandOwn(home, { make: true });
  const keeper = launch('keeper', home, { log: keeperLog(home), ipc: false });
  keeper.unref();
  for (
    const deadline = systemClock.monotonic() + KEEPER_START_LIMIT_MS;
    systemClock.monotonic() < deadline;
  ) {
    if (await askForStatus(home)) return;
    await systemClock.sleep(CONTROL_CLIENT_LOOK_INTERVAL_MS);
  }
  const words = tail(keeperLog(home), 3).join(' ');
  throw keeperDownError(words);
}

export async function tellKeeper(
  home: string,
  { path, body }: { readonly path: '/apply' | '/wake' | '/down'; readonly body: unknown },
  signal?: AbortSignal,
): Promise<void> {
  const answer = await call(home, { method: 'POST', path, body, signal }).catch((error) => {
    if (error instanceof UnsafePath) throw notOwnError(home, error);
    throw lostAnswerError(error as Error);
  });
  if (answer.status === 200) return;
  const { failure, message } = JSON.parse(answer.text) as {
    failure: FailureClass;
    message: string;
  };
  throw new ProviderError(failure, message);
}

async function askForStatus(home: string): Promise<Status | null> {
  try {
    return JSON.parse(
      (await call(home, { method: 'GET', path: '/status', timeout: ANSWER_TIME })).text,
    ) as Status;
  } catch (error) {
    if (error instanceof UnsafePath) throw notOwnError(home, error);
    if (NOBODY.has((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw keeperDeafError(error as Error);
  }
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One exchange over the keeper's socket, as HTTP/1.0 by hand: the answer ends with the connection.
 * The whole of `node:http` costs a command such as `status` more than all the rest of it.
 */
function call(
  home: string,
  { method, path, body, timeout = 0, signal }: Call,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const content = body === undefined ? '' : JSON.stringify(body);
    const length = Buffer.byteLength(content);
    const socket = connectPrivate(controlSocket(home), signal);
    const chunks: Buffer[] = [];
    socket.setTimeout(timeout, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const answer = parseAnswer(Buffer.concat(chunks).toString('utf8'));
      if (answer) resolve(answer);
      else reject(Object.assign(new Error('the answer broke off'), { code: 'ECONNRESET' }));
    });
    socket.write(`${method} ${path} HTTP/1.0\r\ncontent-length: ${length}\r\n\r\n${content}`);
  });
}

function parseAnswer(answer: string): { status: number; text: string } | null {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const text = answer.slice(end + 4);
  const length = /^content-length: (\d+)/im.exec(answer.slice(0, end))?.[1];
  if (length !== undefined && Buffer.byteLength(text) < Number(length)) return null;
  return { status: Number(answer.slice(9, 12)), text };
}
