import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryPlatform } from '../../providers/memory/index.ts';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

/** What single verbs answer where a caller's next move hangs on it: exit codes, and what is refused. */
let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

const QUICK = 'duration: 0s, bake: 0s, stages: [10%, 100%]';
const FAILING = `\
canary: { ${QUICK}, check: [broken] }
gates: { broken: { command: ["false"], interval: 100ms } }`;
const APPROVAL = `canary: { ${QUICK}, approval: true }`;
const HELD = `\
canary: { duration: 20s, bake: 0s, stages: [10%, 100%], watch: [there] }
gates: { there: { command: [test, -e, good], interval: 100ms } }`;

const configure = (service: string, more = '') =>
  fixture.write('deploy.config.yaml', memoryConfig(service, more));
const code = async (line: string) => (await fixture.run(line)).code;
const live = (service: string) => memoryPlatform(service).live?.split('-')[0];
const newestId = async () => (await fixture.run('__complete')).stdout.split('\t')[0] as string;

/** v1 is live, and the deployment of v2 waits for somebody's answer. */
async function waiting(service: string): Promise<string> {
  configure(service, APPROVAL);
  expect(await code('deploy --release v1')).toBe(0);
  expect(await code('deploy --release v2')).toBe(5);
  return newestId();
}

/** v1 is live, and the deployment of v2 was interrupted in the hold of its first stage. */
async function interrupted(service: string): Promise<string> {
  configure(service, HELD).write('good', '');
  expect(await code('deploy --release v1')).toBe(0);
  const deploying = fixture.run('deploy --release v2');
  await expect.poll(async () => (await fixture.run('status')).stdout).toContain('10 %');
  fixture.signal('SIGINT');
  expect((await deploying).code).toBe(130);
  return newestId();
}

test('validate names the plan of what was typed', async () => {
  configure('typed');
  const { stdout } = await fixture.run('validate --release v7 --config deploy.config.yaml');
  expect(stdout).toContain('Next: deployctl plan --config deploy.config.yaml --release v7\n');
});

describe('deploy --plan', () => {
  test('exits 3 when its deployment was rolled back, as every deploy does', async () => {
    configure('plan-back');
    await fixture.run('deploy --release v1');
    configure('plan-back', FAILING);
    expect(await code('plan --release v2 --out plan.json')).toBe(0);
    expect(await code('deploy --plan plan.json')).toBe(3);
    expect(live('plan-back')).toBe('v1');
  });

  test('refuses a plan whose gates were edited', async () => {
    configure('plan-gates');
    await fixture.run('deploy --release v1');
    configure('plan-gates', FAILING);
    await fixture.run('plan --release v2 --out plan.json');
    const plan = JSON.parse(fixture.read('plan.json')) as { gates: object };
    const broken = (plan.gates as Record<string, object>).broken;
    fixture.write(
      'plan.json',
      JSON.stringify({ ...plan, gates: { broken: { ...broken, advisory: true } } }),
    );
    const refused = await fixture.run('deploy --plan plan.json');
    expect(refused).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('was changed after it was made'),
    });
    expect(live('plan-gates')).toBe('v1');
  });
});

describe('resume', () => {
  test('exits 3 when the deployment that it took up was rolled back', async () => {
    const id = await interrupted('resume-back');
    fixture.delete('good');
    const { code: exit, stdout } = await fixture.run(`resume ${id}`);
    expect([exit, stdout]).toEqual([3, expect.stringContaining('rolled back')]);
    expect(live('resume-back')).toBe('v1');
  });
});

describe('analyze', () => {
  test('exits 5 when one gate passes and another cannot tell', async () => {
    configure(
      'analyze-mixed',
      `\
canary: { ${QUICK} }
gates:
  good: { command: ["true"], interval: 100ms }
  silent: { command: [sleep, "5"], interval: 100ms, timeout: 5s }`,
    );
    await fixture.run('deploy --release v1');
    const { code: exit, stdout } = await fixture.run('analyze --for 3s --output json');
    expect(JSON.parse(stdout)).toMatchObject({
      gates: [
        { gate: 'good', verdict: 'pass' },
        { gate: 'silent', verdict: 'inconclusive' },
      ],
    });
    expect(exit).toBe(5);
  });

  test('says at a terminal how long it looks, and what each gate says meanwhile', async () => {
    const gates = 'gates: { good: { command: ["true"], interval: 100ms } }';
    configure('analyze-told', `canary: { ${QUICK}, watch: [good] }\n${gates}`);
    await fixture.run('deploy --release v1');
    const { stderr, stdout } = await fixture.run('analyze', { isTTY: true, columns: 100 });
    expect(stderr).toMatch(
      /^Measuring v1 by good until each gate has a verdict, at most 10s\. Ctrl-C ends it earlier\.\n\+\S+ good: pass, .*\n$/,
    );
    expect(stdout).toMatch(/✔ +good +pass/);
    expect((await fixture.run('analyze')).stderr).toBe('');
  });
});

describe('reject', () => {
  test('where nobody asks is refused, and never sends a stopped deployment forward', async () => {
    const id = await interrupted('reject-unasked');
    const split = memoryPlatform('reject-unasked').split;
    for (const verb of ['reject', 'approve']) {
      const refused = await fixture.run(`${verb} ${id}`);
      expect([verb, refused.code]).toEqual([verb, 7]);
      expect(refused.stderr).toContain('is not waiting for approval');
    }
    expect(memoryPlatform('reject-unasked').split).toEqual(split);
    expect((await fixture.run('status')).stdout).toContain('nfinished');
  });

  test('where somebody asks leads back, and says that it did', async () => {
    const id = await waiting('reject-asked');
    expect(await code(`reject ${id}`)).toBe(0);
    expect(live('reject-asked')).toBe('v1');
  });
});

describe('rollback --to', () => {
  test('takes only releases that were live, by their version and by the id of a deployment', async () => {
    const id = await waiting('only-live');
    expect(await code(`reject ${id}`)).toBe(0);
    for (const wanted of ['v2', id]) {
      const refused = await fixture.run(`rollback --to ${wanted}`);
      expect([wanted, refused.code]).toEqual([wanted, 2]);
      expect(refused.stderr).toContain('v1');
    }
    expect(live('only-live')).toBe('v1');
  });
});
