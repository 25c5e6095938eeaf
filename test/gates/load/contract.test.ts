import { createLoadSource } from '../../../gates/load/source.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { asking, means, serving, to, until } from '../kit/rig.ts';

const settings = {
  rate: 100,
  path: '/',
  method: 'GET',
  headers: {},
  to: 'public',
  concurrency: 128,
  maxDuration: 60_000,
} as const;

gateSuite('load', async () => {
  const served = await serving((_, response) => response.end('ok'));
  const source = createLoadSource(means);
  const begun = asking(settings, { reach: to(served.address) });
  const homeless = asking({ ...settings, path: '/gone' });
  const stops = [await source.begin(begun), await source.begin(homeless)];
  const signal = new AbortController().signal;
  await until(async () => (await source.measure({ ...begun, signal })).kind === 'ok');
  return {
    source,
    answered: begun,
    down: homeless,
    silent: null,
    close: async () => {
      for (const stop of stops) await stop();
      await served.close();
    },
  };
});
