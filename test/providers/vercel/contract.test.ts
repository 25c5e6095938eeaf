import { providerSuite } from '../../contract/provider-suite.ts';
import { createRig } from './rig.ts';

providerSuite('vercel', async () => {
  const rig = await createRig();
  return {
    provider: rig.provider,
    again: rig.again,
    release: (version) => rig.release(version),
    broken: (version) => rig.release(version, { 'bed.json': '{"build":"ERROR"}' }),
    fenced: false,
    keyless: true,
    adopted: (version) => rig.adopted(version),
    close: rig.close,
  };
});
