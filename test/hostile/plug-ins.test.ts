import { afterAll, describe, expect, it } from 'vitest';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

/** Most cases wait for a time limit: they wait side by side, each in a folder and with a service of its own. */
const stages: Stage[] = [];
afterAll(() => {
  for (const { fixture } of stages) fixture.remove();
});

class Stage {
  readonly fixture = new CliFixture();
  readonly service = `plug-in-${stages.push(this)}`;

  /** Deploys this release with this plug-in. */
  deploy(release: string, plugin: string, text: string) {
    this.fixture.write(`${this.service}.mjs`, plugin);
    this.fixture.write('deploy.config.yaml', `${text}plugins: [./${this.service}.mjs]\n`);
    return this.fixture.run(`deploy --release ${release}`);
  }

  async deployFirst(): Promise<void> {
    this.fixture.write('deploy.config.yaml', memoryConfig(this.service));
    expect(await this.fixture.run('deploy --release v1')).toMatchObject({ code: 0 });
  }

  async live(): Promise<string | undefined> {
    return /(v\d) +100 %/.exec((await this.fixture.run('status')).stdout)?.[1];
  }
}

/** Deploys v1 as it should be, then v2 with this plug-in. */
async function deployWith(plugin: string, more = '') {
  const stage = new Stage();
  await stage.deployFirst();
  const quick = 'canary: { duration: 0s, bake: 0s, extension: 0s, stages: [10%, 100%] }';
  const ran = await stage.deploy('v2', plugin, memoryConfig(stage.service, more || quick));
  return { ...ran, stage };
}

const gate = (check: string, timeout: string) =>
  `canary: { duration: 0s, bake: 0s, extension: 0s, stages: [10%, 100%], check: [own],
  timeouts: { check: ${check} } }
gates: { own: { own: {}, interval: 50ms, timeout: ${timeout} } }`;

describe.concurrent('a gate source that', () => {
  const measuring = (body: string) => `
const open = () => ({ measure${body} });
export default { sources: [{ name: 'own', metric: () => ({ unit: 'yesNo' }), open }] };`;
  it.each([
    ['throws at once', `() { throw new Error('no luck'); }`, 'no luck'],
    ['throws later', `: async () => { throw new Error('no luck'); }`, 'no luck'],
    ['throws what is no error', `() { throw 7; }`, 'it threw 7'],
    ['throws nothing', `() { throw undefined; }`, 'it threw undefined'],
    [
      'throws what cannot be text',
      `() { throw Object.create(null); }`,
      'it threw a value that is not an error',
    ],
    ['never answers', `: () => new Promise(() => {})`, 'no answer within'],
    ['gives nothing', `: async () => undefined`, 'it gave no measurement'],
    ['gives a yes of its own', `: async () => ({ ok: true })`, 'it gave no measurement'],
    [
      'gives what is no number',
      `: async () => ({ kind: 'ok', unit: 'yesNo', detail: '', stable: null, candidate: { value: NaN, samples: 1 } })`,
      'it gave no measurement',
    ],
    ['says megabytes', `() { throw new Error('x'.repeat(5e6)); }`, 'xxxx'],
    [
      'says megabytes of what it has found',
      `: async () => ({ kind: 'noData', unit: 'yesNo', candidate: null, stable: null,
        detail: 'x'.repeat(5e6), more: 'y'.repeat(5e6) })`,
      'xxxx',
    ],
  ])(
    '%s is never a pass: the release is taken back, and the record says why',
    async (_, body, why) => {
      const limits = gate('500ms', '100ms');
      const { code, stdout, stage } = await deployWith(measuring(body), limits);
      expect(code).toBe(3);
      expect(stdout).toContain(why);
      expect(stdout.length).toBeLessThan(50_000);
      expect(await stage.live()).toBe('v1');
      const { stdout: told } = await stage.fixture.run('history --output json');
      const { id } = JSON.parse(told.split('\n')[0] ?? '') as { id: string };
      expect((await stage.fixture.run(`history ${id}`)).stdout).toContain(why);
    },
  );

  it('changes what it is handed changes a copy', async () => {
    const wreck = `async ({ subject, settings, observe }) => {
  subject.candidate.id = 'x'; subject.candidate.version = 'x'; settings.more = 1;
  const seen = await observe(); seen.releases.length = 0; seen.live = null; seen.split = null;
  const candidate = { value: 1, samples: 1, bad: 0, total: 1 };
  return { kind: 'ok', candidate, stable: null, unit: 'yesNo', detail: 'fine' };
}`;
    const { code, stage } = await deployWith(measuring(`: ${wreck}`), gate('30s', '10s'));
    expect(code).toBe(0);
    expect(await stage.live()).toBe('v2');
  });
});

const STEP = `id: 'x', title: 'x', phase: 'shift', onFailure: 'rollback', deadline: 1000, attempts: 1,
  estimate: { best: 1, worst: 1, weight: 0 }`;

/** Deploys v1 as it should be, then v2 with a strategy of this making. */
async function planning(body: string) {
  const stage = new Stage();
  await stage.deployFirst();
  const plugin = `export default { strategies: [{ name: 'own', plan${body} }] };`;
  const text = memoryConfig(stage.service, 'own: {}').replace('canary', 'own');
  return { ...(await stage.deploy('v2', plugin, text)), stage };
}

describe.concurrent('a strategy that', () => {
  it.each([
    ['throws', `() { throw new Error('no luck'); }`, 'no luck'],
    ['throws what is no error', `() { throw null; }`, 'it threw null'],
    ['gives nothing', `() {}`, 'not a list of steps'],
    ['gives a promise', `: async () => []`, 'could not be cloned'],
    ['fails later', `: async () => { throw new Error('no luck'); }`, 'could not be cloned'],
    [
      'gives steps of its own making',
      `: () => [{ id: 'x', action: { kind: 'explode' } }]`,
      'Step 1 of its plan is malformed',
    ],
    ['gives code', `: () => [{ id: () => 1 }]`, 'could not be cloned'],
    ['gives no steps although there is something to do', `: () => []`, 'v2 is not live'],
    ...Object.entries({
      'has no words to run': `{ kind: 'run', name: 'x', command: [], timeout: 1, undo: null }`,
      'has no words to undo': `{ kind: 'run', name: 'x', command: ['true'], timeout: 1 }`,
      'splits nothing': `{ kind: 'route', split: 'x', match: null }`,
      'has the name of an inherited property': `{ kind: 'constructor' }`,
    }).map(([what, action]) => [
      `gives a step whose action ${what}`,
      `: () => [{ ${STEP}, watch: [], action: ${action} }]`,
      'Step 1 of its plan is malformed',
    ]),
    [
      'asks a gate that nobody has written',
      `: () => [{ ${STEP}, watch: ['none'], action: { kind: 'hold', duration: 1, extension: 0 } }]`,
      'watches the gate "none"',
    ],
  ])('%s is refused, and nothing is touched', async (_, body, why) => {
    const { code, stderr, stage } = await planning(body);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('fault of deployctl');
    expect(code).toBe(2);
    expect(await stage.live()).toBe('v1');
  });
});

describe.concurrent('a provider that', () => {
  const MEMORY = new URL('../../providers/memory/index.ts', import.meta.url).href;
  const providing = (change: string) => {
    const stage = new Stage();
    const plugin = `
import { memoryProvider } from ${JSON.stringify(MEMORY)};
const open = async (...given) => {
  const provider = await memoryProvider.open(...given);
  return { ...provider, ${change} };
};
export default { providers: [{ ...memoryProvider, name: 'own', open }] };`;
    const text = memoryConfig(
      stage.service,
      'canary: { duration: 0s, bake: 0s, timeouts: { start: 400ms }, stages: [10%, 100%] }',
    ).replace('memory: {}', 'own: {}');
    return stage.deploy('v1', plugin, `${text}rollbackDeadline: 1s\n`);
  };
  it.each([
    ['throws at each change', 'apply: async () => { throw "no"; }'],
    ['says of each change that it was made, and makes none', 'apply: async () => {}'],
    ['answers nothing when it is read back', 'verify: async () => undefined'],
    ['answers what no provider answers', `verify: async () => ({ state: 'fine' })`],
    [
      'changes what it is told to do',
      'apply: async (operation) => { operation.kind = "promote"; }',
    ],
  ])('%s makes no success', async (_, change) => {
    const { code, stderr } = await providing(change);
    expect([3, 4, 5]).toContain(code);
    expect(stderr).not.toContain('fault of deployctl');
  });

  it.each([
    ['sees nothing', 'observe: async () => undefined', 'gave a malformed answer'],
    ['throws what is no error', 'observe: async () => { throw 7; }', 'it threw 7'],
  ])('%s is told in words', async (_, change, why) => {
    const { code, stderr } = await providing(change);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('fault of deployctl');
    expect(code).not.toBe(0);
  });
});

describe.concurrent('a reporter that', () => {
  it.each([
    ['throws', `report() { throw new Error('no luck'); }`],
    ['throws what is no error', `report() { throw undefined; }`],
    ['throws later', `async report() { throw new Error('no luck'); }`],
    ['never answers', `report: () => new Promise(() => {}), close() {}`],
    [
      'changes what it hears',
      `report(event) { delete event.data; event.type = 'x'; if (event.data) event.data.plan = null; }`,
    ],
    ['does not close', `report() {}, close() { throw new Error('no luck'); }`],
  ])('%s does not touch the deployment', async (_, body) => {
    const { code, stdout } = await deployWith(`export default { reporters: [{ ${body} }] };`);
    expect(code).toBe(0);
    expect(stdout).toContain('v2 is live');
  });
});

describe.concurrent('an error that only has the name of ours', () => {
  it.each([
    ['has no list of commands', `Object.assign(new Error('no luck'), { name: 'DeployError' })`],
    ['says that it is a success', `{ name: 'DeployError', message: 'no luck', next: [], exit: 0 }`],
    [
      'says what is no exit code',
      `{ name: 'DeployError', message: 'no luck', next: 7, exit: 'x' }`,
    ],
  ])('and %s is told, and is no success', async (_, error) => {
    const { code, stderr } = await planning(`() { throw ${error}; }`);
    expect(stderr).toContain('made no plan.\nno luck');
    expect(code).toBe(2);
  });
});

describe.concurrent('a plug-in whose parts are of another shape is refused when it is loaded', () => {
  it.each([
    ['strategies: 7', 'Its strategies are not all objects with name and plan'],
    ['strategies: [null]', 'Its strategies'],
    [
      'providers: [{ name: "x" }]',
      'Its providers are not all objects with name and open and release',
    ],
    ['sources: { x: {} }', 'Its sources are not all objects with name and metric and open'],
    ['stores: [{}]', 'Its stores are not all objects with scheme and open'],
    ['reporters: {}', 'Its reporters are not all objects with report'],
  ])('%s', async (parts, why) => {
    const { code, stderr } = await deployWith(`export default { ${parts} };`);
    expect(stderr).toContain(why);
    expect(code).toBe(2);
  });
});
