import type { BackgroundSource, Measurement, MeasureRequest } from '../../src/contract/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';
import { heeding } from '../kit/deadline.ts';
import { exchangeAt, type Sender } from '../kit/exchange.ts';
import { found, unread } from '../kit/reading.ts';
import { reveal } from '../kit/secrets.ts';
import { troubleOf } from '../kit/trouble.ts';
import { HARMLESS, HIGHEST_RATE } from './limits.ts';
import { type LoadRun, startLoad } from './run.ts';
import type { LoadSettings } from './settings.ts';

/** With more dropped than this the rate was not what was asked for. */
const DROPPED = 0.01;

type Begun = Omit<MeasureRequest<LoadSettings>, 'window'>;

/** Traffic of its own for services with too little, and how it fared. */
export function createLoadSource(sender: Sender): BackgroundSource<LoadSettings> {
  const runs = new Map<string, LoadRun | Measurement>();
  return {
    async begin(request) {
      const key = loadKeyOf(request);
      const run = await start(sender, request);
      runs.set(key, run);
      return async () => {
        if (runs.get(key) === run) runs.delete(key);
        if ('stop' in run) await run.stop();
      };
    },
    async measure(request) {
      if (request.signal.aborted) return troubleOf(null, request.signal, 'ratio');
      const run = runs.get(loadKeyOf(request));
      if (!run) return unread('noData', 'the load is not running', 'ratio');
      return 'stop' in run ? loadReading(run, request) : run;
    },
  };
}

function loadKeyOf({ settings, subject }: Begun): string {
  return `${subject.deployment} ${canonicalJson(settings)}`;
}

/** The trouble in place of a run is what is measured until the end. */
async function start(sender: Sender, request: Begun): Promise<LoadRun | Measurement> {
  const { settings, subject, signal } = request;
  const refused = loadRefusal(settings);
  if (refused) return unread('sourceError', refused, 'ratio');
  try {
    const to = settings.to === 'public' ? 'service' : 'asked';
    const way = await heeding(signal, request.reach(to));
    if (!way) return unread('sourceError', `no ${settings.to} address to send load to`, 'ratio');
    const { method, rate, concurrency, maxDuration } = settings;
    const revealed = await reveal({ ...way.headers, ...settings.headers }, sender);
    const headers = { ...revealed.headers, 'x-deployctl-load': subject.deployment };
    const url = exchangeAt(way.url, settings.path);
    const load = { url, method, headers, rate, concurrency, maxDuration };
    return await startLoad(sender.clock, load, signal);
  } catch (error) {
    return troubleOf(error, signal, 'ratio');
  }
}

function loadRefusal({ rate, method, concurrency }: LoadSettings): string | null {
  if (!(rate > 0 && rate <= HIGHEST_RATE)) return `a rate of ${rate}/s: at most ${HIGHEST_RATE}/s`;
  if (!(concurrency >= 1)) return `a concurrency of ${concurrency}: at least 1`;
  if (HARMLESS.includes(method)) return null;
  return `${method} may change something: only ${HARMLESS.join(' and ')}`;
}

function loadReading(run: LoadRun, { window }: MeasureRequest<LoadSettings>): Measurement {
  const { total, bad, dropped, p99 } = run.tally(window);
  const because = run.ended();
  const ended = because ? `; ${because}` : '';
  if (dropped > (total + dropped) * DROPPED) {
    const share = `${dropped} of ${total + dropped} requests dropped`;
    return unread('partial', `${share}: too slow for the rate${ended}`, 'ratio');
  }
  if (total === 0) return unread('noData', because ?? 'no request has ended yet', 'ratio');
  const detail = `${total} requests, p99 ${Math.ceil(p99)} ms after they were due${ended}`;
  return found('ratio', { candidate: { value: bad / total, samples: total, bad, total } }, detail);
}
