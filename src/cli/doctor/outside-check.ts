import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Observation } from '../../contract/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { Io } from '../shell/io.ts';
import type { DoctorCheck } from './checkup.ts';

/** Whoever waits longer than this for a page has gone. */
const OUTSIDE_CHECK_LIMIT_MS = 5000;
const OUTSIDE_CHECK_NAME = 'service';

/**
 * Asks the service as its users do, and holds the answer against what the platform says of it. An
 * address that only the config knows is asked, too: after a crash the platform may not say one.
 */
export async function outsideCheck(
  io: Io,
  seen: Pick<Observation, 'live' | 'split' | 'releases' | 'endpoints'>,
  configured: string | null,
): Promise<DoctorCheck> {
  const url = seen.endpoints.public ?? configured;
  if (seen.live === null)
    return { name: OUTSIDE_CHECK_NAME, ok: true, found: 'not asked: nothing is live yet' };
  if (url === null || !/^https?:/.test(url))
    return {
      name: OUTSIDE_CHECK_NAME,
      ok: true,
      found: 'not asked: the platform does not say where users reach it',
    };
  const begun = io.clock.monotonic();
  const answer = await askOutsideCheck(new URL(url), io.clock.wall());
  const took = formatDuration(io.clock.monotonic() - begun);
  const wrong = whatIsWrong(answer, seen);
  if (wrong === null) {
    const unchecked = answer.isUnchecked
      ? ', with a certificate that cannot be checked from here'
      : '';
    const found = `${url} answers ${answer.status} in ${took}${unchecked}`;
    return { name: OUTSIDE_CHECK_NAME, ok: true, found };
  }
  return {
    name: OUTSIDE_CHECK_NAME,
    ok: false,
    found: `${url} ${wrong}`,
    advice: 'deployctl status',
  };
}

interface OutsideCheckAnswer {
  readonly status: number | null;
  /** Its certificate is not for this address, or of nobody who is known here. */
  readonly isUnchecked: boolean;
  /** Which release says that it has answered, where the router tells. */
  readonly release: string | null;
  readonly error: string | null;
}

function whatIsWrong(
  { status, release, error }: OutsideCheckAnswer,
  { split, releases }: Pick<Observation, 'split' | 'releases'>,
): string | null {
  if (error !== null) return `does not answer: ${error}`;
  if (status !== null && status >= 500) return `answers ${status}`;
  if (release === null || split === null || (split[release] ?? 0) > 0) return null;
  const version = releases.find(({ id }) => id === release)?.version ?? release;
  return `is answered by ${version}, which has no traffic by what the platform says`;
}

/** Of our own router: which release an answer came from. */
const OUTSIDE_CHECK_RELEASE_HEADER = 'x-deployctl-release';
/** The address is that of this machine, the certificate is for the name that users type. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;
/** Whoever types that name is turned away as well. */
const EXPIRED = 'its certificate has expired';
const LAPSED: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
};

async function askOutsideCheck(url: URL, now: number): Promise<OutsideCheckAnswer> {
  const checked = await sendOutsideCheck(url, {}).catch((error: NodeJS.ErrnoException) => error);
  if (!(checked instanceof Error)) return { ...checked, isUnchecked: false, error: null };
  const { code = '' } = checked;
  const isDoubted = CERTIFICATE.test(code) && LAPSED[code] === undefined;
  const answer = isDoubted
    ? await sendOutsideCheck(url, { rejectUnauthorized: false }).catch((error: Error) => error)
    : checked;
  if (!(answer instanceof Error))
    return { ...answer, isUnchecked: true, error: answer.until < now ? EXPIRED : null };
  return { status: null, release: null, isUnchecked: false, error: wordsOfAnswerError(answer) };
}

function sendOutsideCheck(
  url: URL,
  trust: { rejectUnauthorized?: boolean },
): Promise<Pick<OutsideCheckAnswer, 'status' | 'release'> & { readonly until: number }> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? secure : plain;
    const headers = { 'user-agent': 'deployctl-doctor' };
    const options = { headers, agent: false, timeout: OUTSIDE_CHECK_LIMIT_MS, ...trust };
    const asked = send(url, options, (response) => {
      const release = response.headers[OUTSIDE_CHECK_RELEASE_HEADER];
      resolve({
        status: response.statusCode ?? null,
        release: typeof release === 'string' ? release : null,
        until: endOfCertificate(response.socket),
      });
      response.destroy();
    });
    asked.once('timeout', () =>
      asked.destroy(new Error(`no answer within ${formatDuration(OUTSIDE_CHECK_LIMIT_MS)}`)),
    );
    asked.once('error', reject);
    asked.end();
  });
}

/** One of nobody who is known here is not asked for its time by whoever takes it. */
function endOfCertificate(socket: Socket): number {
  const { valid_to: end } = socket instanceof TLSSocket ? socket.getPeerCertificate() : {};
  return end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end);
}

const OUTSIDE_CHECK_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is not known here',
  ECONNRESET: 'the connection breaks off',
};

const wordsOfAnswerError = ({ code = '', message }: NodeJS.ErrnoException) =>
  OUTSIDE_CHECK_WORDS[code] ?? LAPSED[code] ?? message;
