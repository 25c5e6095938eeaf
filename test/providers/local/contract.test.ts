import { localProvider } from '../../../providers/local/index.ts';
import { providerSuite } from '../../contract/provider-suite.ts';
import { meansOf } from '../../helpers/calls.ts';
import { LocalFixture } from './fixture.ts';

providerSuite('local', async () => {
  const fixture = await LocalFixture.open();
  return {
    provider: fixture.provider,
    fenced: true,
    again: () => localProvider.open(fixture.connection, meansOf(fixture.surroundings.env)),
    release: (version) => fixture.release(version),
    broken: (version) =>
      fixture.release(version, { env: { CRASH_AFTER: '1', SLOW_START: '60000' } }),
    close: () => fixture.close(),
  };
});
