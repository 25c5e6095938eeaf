import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryPlatform } from '../../providers/memory/index.ts';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

/** A bake that its gate is given 200 ms more for. */
const watched = (gate: string, strategy = 'canary: { stages: [10%, 100%], duration: 0s,') => `\
${strategy} bake: 100ms, extension: 200ms, watch: [asked] }
gates: { asked: { ${gate}, interval: 50ms } }`;

const blind = watched('command: [/there/is/no/such/program]');

describe('the first deployment of a service', () => {
  test.each([
    ['errs', blind],
    ['has not enough samples', watched('command: ["true"], minSamples: 1000')],
    ['errs under blue-green', watched('command: [/no/such/program]', 'defaults: {')],
  ])('is taken back when a gate %s, as every other', async (what, gate) => {
    const name = `first-${what.replaceAll(' ', '-')}`;
    fixture.write('deploy.config.yaml', memoryConfig(name, gate));
    const strategy = what.includes('blue') ? ' --strategy blue-green' : '';
    const { code, stdout } = await fixture.run(`deploy --release v1${strategy}`);
    expect(stdout).toContain('asked: ');
    expect(stdout).toContain('v1 was taken back; nothing served before it.');
    expect(code).toBe(3);
    expect(memoryPlatform(name).live).toBe(null);
  });

  test('goes live without data where the config asks for that in writing', async () => {
    fixture.write(
      'deploy.config.yaml',
      memoryConfig('first-asked', watched('command: ["true"], minSamples: 1000, onNoData: pass')),
    );
    const { code, stdout } = await fixture.run('deploy --release v1');
    expect(stdout).toContain('v1 is live');
    expect(code).toBe(0);
  });

  test('is held against the limits of a gate that also compares, and says what only compares', async () => {
    const gates = `\
canary: { stages: [10%, 100%], duration: 0s, bake: 10s, extension: 0s, watch: [both, only] }
gates:
  both: { edge: latency, max: 250ms, compare: stable }
  only: { edge: latency, compare: stable }`;
    fixture.write('deploy.config.yaml', memoryConfig('first-compared', gates));
    const { stdout } = await fixture.run('plan --release v1 --output json');
    const plan = JSON.parse(stdout) as {
      gates: Record<string, { advisory: boolean; judge: { compare: unknown; max: number } }>;
      notes: string[];
    };
    expect(plan.gates.both).toMatchObject({ advisory: false, judge: { compare: null, max: 250 } });
    expect(plan.gates.only).toMatchObject({ advisory: true });
    expect(plan.notes.join()).toContain('Gate only only compares with the release that serves');
    expect(plan.notes.join()).not.toContain('Gate both');
  });
});
