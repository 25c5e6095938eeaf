import type {
  GateSource,
  Measurement,
  MeasureRequest,
  Reach,
  Release,
} from '../../src/contract/index.ts';
import { deadline } from '../kit/deadline.ts';
import {
  type ExchangeAnswer,
  type ExchangeQuestion,
  exchange,
  exchangeAt,
  type Sender,
} from '../kit/exchange.ts';
import { unmet } from '../kit/expectation.ts';
import { jsonOf, lookUp } from '../kit/json-path.ts';
import { excerpt, no, unread, yes } from '../kit/reading.ts';
import { askedOf, noWayTo } from '../kit/subject.ts';
import { unserved } from '../kit/trouble.ts';
import { fillSmoke, insideJson } from './captures.ts';
import type { SmokeRequest, SmokeSettings, VersionFrom } from './settings.ts';

/** What the requests so far have shown. */
interface Progress {
  readonly asked: number;
  readonly captured: ReadonlyMap<string, string>;
  /** Answers that said which version gave them. */
  readonly proven: number;
}

/** Do some requests, one after the other, get what they should, and from the release that is meant? */
export function createSmokeSource(sender: Sender): GateSource<SmokeSettings> {
  return {
    async measure(request) {
      const { requests, versionFrom } = request.settings;
      const way = await request.reach().catch((error: unknown) => unserved(error, request.signal));
      if (!way) return unread('sourceError', noWayTo(request.subject));
      if ('kind' in way) return way;
      if (requests.length === 0) return unread('sourceError', 'no requests to make');
      let progress: Progress = { asked: 0, captured: new Map(), proven: 0 };
      for (const wanted of requests) {
        const next = await attempts(sender, { wanted, progress, way, request });
        if ('kind' in next) return next;
        progress = next;
      }
      return conclude(progress, versionFrom, askedOf(request.subject));
    },
  };
}

interface Attempt {
  readonly wanted: SmokeRequest;
  readonly progress: Progress;
  readonly way: Pick<Reach, 'url' | 'headers'>;
  readonly request: MeasureRequest<SmokeSettings>;
}

/** As often as is allowed, until the answer is as expected. */
async function attempts(sender: Sender, of: Attempt): Promise<Progress | Measurement> {
  // What an older version has planned says nothing of them.
  const { attempts: most = 1, every = 0 } = of.wanted;
  const { signal } = of.request;
  for (let tries = 1; ; tries++) {
    const found = await attempt(sender, of);
    if (!('kind' in found) || signal.aborted) return found;
    if (tries >= most)
      return most === 1 ? found : { ...found, detail: `${found.detail} (${most} attempts)` };
    await sender.clock.sleep(every, signal);
  }
}

/** One request; a measurement when it ends the matter. */
async function attempt(sender: Sender, of: Attempt): Promise<Progress | Measurement> {
  const { wanted, progress, request } = of;
  const asked = progress.asked + 1;
  const limit = deadline(sender.clock, wanted.timeout, request.signal);
  try {
    const question = smokeQuestionOf(wanted, of);
    const answer = await exchange(sender, question, limit.signal);
    const version = await versionOf(answer, request.settings.versionFrom);
    const release = askedOf(request.subject);
    if (version !== null && version !== release.version && version !== release.id) {
      return unread(
        'wrongVersion',
        `${wanted.name}: answered by ${excerpt(answer.hide(version))}, not ${release.version}`,
      );
    }
    const fault = await unmet(wanted.expect, answer, limit.signal);
    if (fault) return no(`${wanted.name}: ${fault}`, asked);
    const captured = await capture(wanted.capture, answer, progress.captured);
    if (typeof captured === 'string') return no(`${wanted.name}: ${captured}`, asked);
    return { asked, captured, proven: progress.proven + (version === null ? 0 : 1) };
  } catch (error) {
    const trouble = unserved(error, limit.signal);
    return { ...trouble, detail: `${wanted.name}: ${trouble.detail}` };
  } finally {
    limit.end();
  }
}

function smokeQuestionOf(
  { method, path, headers, body }: SmokeRequest,
  of: Attempt,
): ExchangeQuestion {
  const { captured } = of.progress;
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const isJson = typeof type === 'string' && type.includes('json');
  const encode = isJson ? insideJson : (value: string) => value;
  return {
    url: exchangeAt(of.way.url, fillSmoke(path, captured, encodeURIComponent)),
    method,
    headers: { ...of.way.headers, ...headers },
    body: body === null ? null : fillSmoke(body, captured, encode),
  };
}

async function versionOf(answer: ExchangeAnswer, from: VersionFrom | null): Promise<string | null> {
  if (!from) return null;
  if ('header' in from) return answer.headers[from.header.toLowerCase()] ?? null;
  const version = await lookUp(jsonOf(answer) ?? null, from.json);
  return typeof version === 'string' || typeof version === 'number' ? String(version) : null;
}

/** What is known after this answer; words when it lacks what should be kept of it. */
async function capture(
  wanted: SmokeRequest['capture'],
  answer: ExchangeAnswer,
  before: Progress['captured'],
): Promise<Progress['captured'] | string> {
  const captured = new Map(before);
  for (const [name, path] of Object.entries(wanted)) {
    const value = await lookUp(jsonOf(answer) ?? null, path);
    if (value === null || typeof value === 'object')
      return `nothing at ${path} to capture as ${name}`;
    captured.set(name, String(value));
  }
  return captured;
}

/** A header is on every answer; a field may be in only one of several documents. */
function conclude(
  { asked, proven }: Progress,
  from: VersionFrom | null,
  release: Release,
): Measurement {
  const needed = !from ? 0 : 'header' in from ? asked : 1;
  if (proven >= needed)
    return yes(`${asked} ${asked === 1 ? 'request' : 'requests'} as expected`, asked);
  return unread(
    'partial',
    `as expected, but ${asked - proven} of ${asked} answers do not say that ${release.version} gave them`,
  );
}
