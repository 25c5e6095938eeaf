import { expect, test } from 'vitest';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

test('with DEPLOYCTL_TRACE every call to the store and the platform is told when it ends', async () => {
  const fixture = new CliFixture();
  try {
    fixture.write('deploy.config.yaml', memoryConfig('traced'));
    const quiet = await fixture.run('deploy --release v1 --output json');
    expect([quiet.code, quiet.stderr]).toEqual([0, '']);
    const traced = await fixture.run('deploy --release v2 --output json', {
      env: { DEPLOYCTL_TRACE: '1' },
    });
    expect(traced.code).toBe(0);
    const lines = traced.stderr.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^trace: .+: (answered|failed|given up).* ms$/);
    expect(lines.length).toBeGreaterThan(10);
  } finally {
    fixture.remove();
  }
});
