import type { GateSource, MeasureRequest } from '../../src/contract/index.ts';
import { exchange, exchangeAt, type Sender } from '../kit/exchange.ts';
import { unmet } from '../kit/expectation.ts';
import { no, unread, yes } from '../kit/reading.ts';
import { noWayTo } from '../kit/subject.ts';
import { unserved } from '../kit/trouble.ts';
import type { HttpSettings } from './settings.ts';

/** Does one request get the answer it should? */
export function createHttpSource(sender: Sender): GateSource<HttpSettings> {
  return {
    async measure({ settings, subject, reach, signal }) {
      try {
        const way = await wayOf(settings, reach);
        if (!way) return unread('sourceError', noWayTo(subject));
        const headers = { ...way.headers, ...settings.headers };
        const answer = await exchange(sender, { ...settings, url: way.url, headers }, signal);
        const fault = await unmet(settings.expect, answer, signal);
        return fault ? no(fault) : yes(`${answer.status} in ${Math.ceil(answer.took)} ms`);
      } catch (error) {
        return unserved(error, signal);
      }
    },
  };
}

async function wayOf({ url, path }: HttpSettings, reach: MeasureRequest['reach']) {
  if (url !== null) return { url: new URL(url), headers: {} };
  const way = await reach();
  return way && { url: exchangeAt(way.url, path ?? '/'), headers: way.headers };
}
