import type { Access, Reach } from '../../src/contract/index.ts';
import { OFFICIAL } from './connection.ts';
import type { Place } from './place.ts';
import { deploymentOf } from './search.ts';
import { namesIn, siteOf } from './sight.ts';

const BYPASS = 'x-vercel-protection-bypass';
/** Hosts that are Vercel's own: a secret is sent to no other. */
const VERCEL_OWN = /\.(vercel\.app|now\.sh)$/;

const direct = (url: string, headers: Reach['headers'] = {}): Reach => ({
  url,
  headers,
  close: async () => {},
});

export function vercelAccessTo(place: Place): Access {
  return {
    async reach(release, signal) {
      if (release === null) {
        const [domain] = await namesIn(place, signal);
        return domain === undefined ? null : direct(siteOf(place, domain));
      }
      const found = await deploymentOf(place, release, signal);
      if (!found?.url) return null;
      return direct(siteOf(place, found.url), headersFor(place, found.url));
    },

    async logs(release, { lines, signal }) {
      const found = await deploymentOf(place, release, signal);
      return found ? place.calls.buildLines(found.id, lines, signal) : [];
    },
  };
}

function headersFor({ connection }: Place, host: string): Reach['headers'] {
  const { bypass, api } = connection;
  const isOwn = VERCEL_OWN.test(host) || api !== OFFICIAL;
  return bypass && isOwn ? { [BYPASS]: bypass } : {};
}
