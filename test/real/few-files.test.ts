import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RealFixture } from './fixture.ts';

let fixture: RealFixture;
beforeEach(async () => {
  fixture = await RealFixture.make();
});
afterEach(() => fixture.remove());

const LIMITS = [20, 21, 22, 23, 24, 26, 28, 29, 30, 32, 40, 63];

describe('where few files may be open (skipped: no Linux)', () => {
  test.runIf(process.platform === 'linux').each(LIMITS)(
    'a deployment says so at once and touches nothing: %i',
    async (limit) => {
      const begun = performance.now();
      const line = ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh'];
      const { code, stderr } = await fixture.startBehind(line, 'deploy', '--release', 'v1').ended;
      expect(code).toBe(1);
      if (limit >= 24) {
        expect(stderr).toContain(`This process may open only ${limit} files at a time`);
        expect(stderr).toContain('ulimit -n 1024');
      }
      expect(stderr.split('\n').length).toBeLessThan(20);
      expect(performance.now() - begun).toBeLessThan(10_000);
      expect(await fixture.keeper()).toBeNull();
    },
  );

  test.runIf(process.platform === 'linux')('as many as are asked for are enough', async () => {
    const line = ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh'];
    const words = ['deploy', '--release', 'v1', '--set', 'gates.errors.advisory=true'];
    const { code, stdout, stderr } = await fixture.startBehind(line, ...words).ended;
    expect([code, stderr], stdout).toEqual([0, '']);
  });
});
