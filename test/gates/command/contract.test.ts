import { commandSource } from '../../../gates/command/index.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { asking, means } from '../kit/rig.ts';

const running = (...run: string[]) => asking({ run, timeout: 10_000 });

gateSuite('command', async () => ({
  source: await commandSource.open(means),
  answered: running('true'),
  down: running('./no-such-program'),
  silent: running('sleep', '30'),
  close: async () => {},
}));
