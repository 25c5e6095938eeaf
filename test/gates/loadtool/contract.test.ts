import { join } from 'node:path';
import { loadToolSource } from '../../../gates/loadtool/index.ts';
import type { LoadToolSettings } from '../../../gates/loadtool/settings.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { asking, means, to } from '../kit/rig.ts';

const running = (...run: string[]) =>
  asking<LoadToolSettings>(
    {
      tool: 'vegeta',
      run,
      measure: 'errors',
      summary: null,
      to: 'candidate',
      sendsHeaders: false,
      timeout: 60_000,
    },
    { reach: to('http://127.0.0.1:1') },
  );

gateSuite('loadtool', async () => ({
  source: await loadToolSource.open(means),
  answered: running('cat', join(import.meta.dirname, 'recorded', 'vegeta.json')),
  down: running('./no-such-program'),
  silent: running('sleep', '30'),
  close: async () => {},
}));
