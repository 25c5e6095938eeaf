import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VercelFixture } from './fixture.ts';

const { VERCEL_TOKEN, DEPLOYCTL_TEST_VERCEL_PROJECT: project } = process.env;
const team = process.env.DEPLOYCTL_TEST_VERCEL_TEAM ?? null;

/** A real account: only where somebody has named a project that may be deployed to. See README.md here. */
describe.runIf(VERCEL_TOKEN && project)('a project of a real account', () => {
  let fixture: VercelFixture;
  beforeAll(() => {
    fixture = new VercelFixture({ url: 'https://api.vercel.com', token: VERCEL_TOKEN ?? '' });
  });
  afterAll(() => fixture.remove());

  const write = (version: string, strategy = 'blue-green') =>
    fixture.write(version, {
      project: project ?? '',
      team,
      strategy,
      poll: '1s',
      lag: '20s',
      propagation: '5s',
      interval: '2s',
    });

  async function live(version: string): Promise<void> {
    const { code, said } = await fixture.run('status --output json');
    expect([code, said]).toEqual([0, expect.stringContaining(version)]);
  }

  it('is deployed to twice, and goes back', async () => {
    const stamp = Date.now().toString(36);
    for (const version of [`a-${stamp}`, `b-${stamp}`]) {
      write(version);
      const { code, said } = await fixture.run(`deploy --yes --release ${version}`);
      expect(code, said).toBe(0);
      await live(version);
    }
    const { code, said } = await fixture.run('rollback --yes');
    expect(code, said).toBe(0);
    await live(`a-${stamp}`);
    // A promotion gives pushes their domains again.
    write(`c-${stamp}`);
    const last = await fixture.run(`deploy --yes --release c-${stamp}`);
    expect(last.code, last.said).toBe(0);
  });

  it.runIf(process.env.DEPLOYCTL_TEST_VERCEL_ROLLING)('goes by a rolling release', async () => {
    const version = `r-${Date.now().toString(36)}`;
    write(version, 'canary');
    const { code, said } = await fixture.run(`deploy --yes --release ${version}`);
    expect(code, said).toBe(0);
    await live(version);
  });
});
