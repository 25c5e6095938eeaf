import { localProvider } from '../../../providers/local/index.ts';
import { providerSuite } from '../../contract/provider-suite.ts';
import { meansOf } from '../../helpers/calls.ts';
import { Stage } from './stage.ts';

providerSuite('local', async () => {
  const stage = await Stage.open();
  return {
    provider: stage.provider,
    fenced: true,
    again: () => localProvider.open(stage.connection, meansOf(stage.surroundings.env)),
    release: (version) => stage.release(version),
    broken: (version) => stage.release(version, { env: { CRASH_AFTER: '1', SLOW_START: '60000' } }),
    close: () => stage.close(),
  };
});
