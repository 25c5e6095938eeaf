import type { GateSource, Subject } from '../../src/contract/index.ts';
import { at, exchange, type Sender } from '../kit/exchange.ts';
import { type Expectation, unmet } from '../kit/expectation.ts';
import { no, unread, yes } from '../kit/reading.ts';
import type { HeaderSettings } from '../kit/secrets.ts';
import { unserved } from '../kit/trouble.ts';

export type HttpSettings = {
  /** At the subject's address; or a whole `url` instead. */
  readonly path: string | null;
  readonly url: string | null;
  readonly method: string;
  readonly headers: HeaderSettings;
  readonly body: string | null;
  readonly expect: Expectation;
};

/** Does one request get the answer it should? */
export function createHttpSource(sender: Sender): GateSource<HttpSettings> {
  return {
    async measure({ settings, subject, signal }) {
      try {
        const url = urlOf(settings, subject);
        if (!url) return unread('sourceError', `the ${subject.track} has no address of its own`);
        const answer = await exchange(sender, { ...settings, url }, signal);
        const fault = await unmet(settings.expect, answer);
        return fault ? no(fault) : yes(`${answer.status} in ${Math.ceil(answer.took)} ms`);
      } catch (error) {
        return unserved(error, signal);
      }
    },
  };
}

function urlOf({ url, path }: HttpSettings, { address }: Subject): URL | null {
  if (url !== null) return new URL(url);
  return address === null ? null : at(address, path ?? '/');
}
