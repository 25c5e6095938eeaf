import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { catalogueWith, extensionsOf } from '../../src/compose/extensions.ts';
import type { Extensions, Shelf } from '../../src/config/index.ts';
import type { JsonObject } from '../../src/contract/index.ts';
import { LEAST, loadText, loadWith, problemsOf, STRATEGY_NAMES } from './loading.ts';

it('the least config is complete with its defaults', async () => {
  const { strategies, ...config } = await loadText(LEAST);
  expect(config).toEqual({
    file: '/srv/shop/deploy.config.yaml',
    folder: '/srv/shop',
    service: 'shop',
    environment: null,
    release: 'abc1234',
    provider: {
      name: 'local',
      settings: {
        command: ['node', 'server.js'],
        cwd: '.',
        env: {},
        replicas: 1,
        portVariable: 'PORT',
        versionVariable: 'VERSION',
        ready: { path: null, status: null, interval: 200, timeout: 2000 },
        live: null,
        stop: { drain: 10_000, kill: 10_000 },
        restart: { backoff: 500, max: 30_000 },
        logs: { maxSize: 10_000_000 },
        edge: { host: '127.0.0.1', port: 8080, metricsPort: 8081, sticky: null },
      },
    },
    strategy: 'canary',
    gates: {},
    store: null,
    history: { keep: 100 },
    supersede: 'reject',
    onInterrupt: 'pause',
    deadline: null,
    rollbackDeadline: 600_000,
    bootstrap: null,
    plugins: [],
    warnings: [],
  });
  expect(Object.keys(strategies)).toEqual(STRATEGY_NAMES);
});

const COMMON = {
  preflight: [],
  check: [],
  gates: [],
  bake: { duration: 60_000, gates: [] },
  retire: { after: 0 },
  onFailure: {},
  hooks: {},
  timeouts: { start: 300_000, route: 60_000, retire: 300_000, check: 60_000 },
  extension: 300_000,
};

describe('strategies', () => {
  it('have settings even when the config says nothing of them', async () => {
    const { strategies } = await loadText(LEAST);
    const stage = {
      duration: 300_000,
      capacity: null,
      gates: [],
      approval: null,
      match: null,
      onFailure: null,
    };
    expect(strategies).toMatchObject({
      canary: {
        ...COMMON,
        approval: null,
        stages: [
          ...[5, 25, 50].map((weight) => ({ ...stage, weight })),
          { ...stage, weight: 100, duration: 0 },
        ],
      },
      'blue-green': { ...COMMON, approval: null, match: null },
      rolling: {
        ...COMMON,
        batch: { percent: 25 },
        maxUnavailable: { count: 0 },
        maxSurge: { count: 1 },
        pause: 10_000,
        maxFailures: 0,
      },
    });
  });

  it('a canary gets its last stage of 100 % when it is not written', async () => {
    const { strategies } = await loadWith(`
canary:
  duration: 2m
  stages: [5, 0.5%, { weight: 50%, duration: 10m, capacity: 80%, gates: slow, approval: true, onFailure: hold }]
gates: { slow: { edge: { latency: p99 }, max: 1s } }`);
    expect(strategies.canary.stages).toEqual([
      {
        weight: 5,
        duration: 120_000,
        capacity: null,
        gates: [],
        approval: null,
        match: null,
        onFailure: null,
      },
      {
        weight: 0.5,
        duration: 120_000,
        capacity: null,
        gates: [],
        approval: null,
        match: null,
        onFailure: null,
      },
      {
        weight: 50,
        duration: 600_000,
        capacity: 80,
        gates: ['slow'],
        approval: { question: null, expires: 86_400_000 },
        match: null,
        onFailure: 'hold',
      },
      {
        weight: 100,
        duration: 0,
        capacity: null,
        gates: [],
        approval: null,
        match: null,
        onFailure: null,
      },
    ]);
  });

  it.each([
    ['[50%]', [120_000, 0]],
    ['[50%, 100%]', [120_000, 0]],
    ['[50%, { weight: 100%, duration: 1m }]', [120_000, 60_000]],
    ['[50%, 100%, 20%]', [120_000, 120_000, 120_000, 0]],
  ])('a canary holds its last stage of 100 %% only when that says so: %s', async (stages, held) => {
    const { strategies } = await loadWith(`canary: { duration: 2m, stages: ${stages} }`);
    expect(strategies.canary.stages.map(({ duration }) => duration)).toEqual(held);
  });

  it('take their shorthands', async () => {
    const { strategies } = await loadWith(`
gates: { a: { http: / } }
defaults:
  check: a
  bake: 5m
  retire: next
  onFailure: hold
  hooks: { start: { before: [{ run: ./migrate up, undo: [./migrate, down] }] } }
blue-green:
  approval: { question: Sure?, expires: 1h }
  match: { cookie: { name: preview, value: "1" } }
rolling: { batch: 2, maxUnavailable: 10%, onFailure: { shift: ask } }`);
    expect(strategies['blue-green']).toMatchObject({
      check: ['a'],
      bake: { duration: 300_000, gates: [] },
      retire: { after: 'next' },
      onFailure: { preflight: 'hold', shift: 'hold', retire: 'hold' },
      hooks: {
        start: {
          before: [
            {
              name: './migrate up',
              run: ['./migrate', 'up'],
              undo: ['./migrate', 'down'],
              timeout: 300_000,
            },
          ],
          after: [],
        },
      },
      approval: { question: 'Sure?', expires: 3_600_000 },
      match: { cookie: { name: 'preview', value: '1' } },
    });
    expect(strategies.rolling).toMatchObject({
      batch: { count: 2 },
      maxUnavailable: { percent: 10 },
    });
  });
});

describe('the local provider', () => {
  it('takes its command as a list, as a line, or as all there is to say', async () => {
    const commandOf = async (from: string, to: string) =>
      (await loadText(LEAST.replace(from, to))).provider.settings.command;
    expect(await commandOf('node server.js', '[node, server.js, --port, 80, "a b|c"]')).toEqual([
      'node',
      'server.js',
      '--port',
      '80',
      'a b|c',
    ]);
    expect(await commandOf('node server.js', '" node   server.js "')).toEqual([
      'node',
      'server.js',
    ]);
  });

  it('reads sizes, references to secrets and switched off variables', async () => {
    const more =
      '    logs: { maxSize: 512KiB }\n    env: { A: { fromEnv: X }, B: { fromFile: /run/b } }\n    versionVariable: false\n    live: { path: /up, status: 204 }\n    edge';
    const { settings } = (await loadText(LEAST.replace('    edge', more))).provider;
    expect(settings).toMatchObject({
      logs: { maxSize: 524_288 },
      env: { A: { fromEnv: 'X' }, B: { fromFile: '/run/b' } },
      versionVariable: null,
      live: { path: '/up', status: [204], interval: 200, timeout: 2000 },
    });
  });

  it('a port of 0 leaves both ports to the machine', async () => {
    const { settings } = (await loadText(LEAST.replace('8080', '0'))).provider;
    expect(settings.edge).toMatchObject({ port: 0, metricsPort: 0 });
  });
});

describe('what plug-ins bring', () => {
  const own = extensionsOf(catalogueWith());
  const more = <T>(shelf: Shelf<T>, name: string, kind: T): Shelf<T> => ({
    names: [...shelf.names, name],
    has: (wanted) => wanted === name || shelf.has(wanted),
    find: async (wanted) => (wanted === name ? kind : shelf.find(wanted)),
  });
  const TEXT = { type: 'string', description: 'Text.' };
  const extensions: Extensions = {
    ...own,
    strategies: more(own.strategies, 'mirror', {
      name: 'mirror',
      settings: () => ({ type: 'object', properties: { share: { type: 'integer' } } }),
    }),
    providers: more(own.providers, 'nomad', {
      name: 'nomad',
      short: 'job',
      settings: () => ({
        type: 'object',
        properties: { job: TEXT, count: { type: 'integer', default: 2 } },
        required: ['job'],
      }),
    }),
    sources: more(own.sources, 'sql', {
      name: 'sql',
      settings: async () => z.strictObject({ query: z.string() }),
      metric: () => ({ unit: 'count', windowed: true, delay: 2000, align: 60_000, minSamples: 7 }),
    }),
  };
  const text = `
service: shop
strategy: mirror
plugins: [./mirror.ts, deployctl-nomad]
provider: { nomad: { job: shop, count: 3 } }
gates: { rows: { sql: { query: select 1 }, max: 5, interval: 90s } }
mirror: { watch: [rows], share: 10, bake: 5m }
bootstrap: { release: v1, provider: { count: 1 } }
`;

  it('is checked by what it says of its settings, and by what is common to all', async () => {
    const config = await loadText(text, { extensions });
    expect(config.provider).toEqual({ name: 'nomad', settings: { job: 'shop', count: 3 } });
    expect(config.bootstrap).toEqual({ release: 'v1', provider: { job: 'shop', count: 1 } });
    expect(config.strategies.mirror).toMatchObject({ gates: ['rows'], share: 10, check: [] });
    expect(config.gates.rows).toMatchObject({
      source: 'sql',
      settings: { query: 'select 1' },
      judge: { max: 5, minSamples: 7 },
    });
  });

  it('says when its windows close and where they begin', async () => {
    const { gates } = await loadText(text, { extensions });
    expect(gates.rows).toMatchObject({ delay: 2000, align: 60_000, interval: 120_000 });
  });

  it('takes one value for the setting that it is short for, and its defaults', async () => {
    const short = text.replace('{ job: shop, count: 3 }', 'shop');
    const { provider } = await loadText(short, { extensions });
    expect(provider.settings).toEqual({ job: 'shop', count: 2 });
  });

  it.each([
    [
      'job: shop',
      'jib: shop',
      '5:22  provider.nomad.jib: unknown key, expected one of job, count (did you mean job?)',
    ],
    [
      'query: select 1',
      'qery: select 1',
      '6:24  gates.rows.sql.qery: unknown key, expected query (did you mean query?)',
    ],
    ['share: 10', 'shar: 10', '7:28  mirror.shar: unknown key (did you mean share?)'],
    ['share: 10', 'share: ten', '7:28  mirror.share: found "ten", expected a number'],
    [
      'bake: 5m',
      'bake: 2m',
      '7:39  mirror.bake: found 2m, expected at least 2m 2s: gate "rows" needs at least one whole window',
    ],
  ])('%s written as %s is told with its place', async (right, wrong, told) => {
    const problems = await problemsOf(text.replace(right, wrong), { extensions });
    expect(problems.join('\n')).toContain(told.slice(told.indexOf('  ') + 2));
  });

  it('takes no settings where it describes none', async () => {
    const silent = {
      ...extensions,
      sources: more(own.sources, 'sql', { name: 'sql', metric: () => ({ unit: 'count' }) }),
    };
    const problems = await problemsOf(text, { extensions: silent });
    expect(problems.join('\n')).toContain('gates.rows.sql.query: unknown key, expected no keys');
  });

  it.each([
    ['none of the two', () => 7 as never, 'neither as a Standard Schema nor as JSON Schema'],
    [
      'an error',
      () => {
        throw new Error('no luck');
      },
      'no luck',
    ],
  ])('that describes its settings by %s is refused in words', async (_, settings, why) => {
    const broken = {
      ...extensions,
      sources: more(own.sources, 'sql', {
        name: 'sql',
        settings,
        metric: () => ({ unit: 'count' }),
      }),
    };
    await expect(loadText(text, { extensions: broken })).rejects.toMatchObject({
      message: 'The gate source sql does not describe its settings properly.',
      why: expect.stringContaining(why),
    });
  });

  it('loads the schemas of what a config names, and no others', async () => {
    const asked: string[] = [];
    const watched = <T>(shelf: Shelf<T>): Shelf<T> => ({
      ...shelf,
      find: async (name) => {
        asked.push(name);
        return shelf.find(name);
      },
    });
    const { providers, sources } = extensions;
    const some = { ...extensions, providers: watched(providers), sources: watched(sources) };
    await loadText(text, { extensions: some });
    expect(asked.sort()).toEqual(['nomad', 'sql']);
  });

  it('may be loaded in between: what there is can depend on the plug-ins that the config names', async () => {
    const asked: unknown[] = [];
    const config = await loadText(text, {
      extensions: async ({ plugins, folder, written }) => {
        asked.push(plugins, folder, (written as JsonObject).service);
        return extensions;
      },
    });
    expect(asked).toEqual([['./mirror.ts', 'deployctl-nomad'], '/srv/shop', 'shop']);
    expect(config.plugins).toEqual(['./mirror.ts', 'deployctl-nomad']);
  });
});

it('a gate that no strategy asks for is a warning', async () => {
  const { warnings } = await loadWith(
    'gates: { a: { http: / }, b: { http: / } }\nrolling: { check: [b] }',
  );
  expect(warnings).toEqual([
    'Gate "a" is not used: name it in preflight, check or watch, or remove it.',
  ]);
});

it('holds of strategies that are not meant are nobody’s problem', async () => {
  const gate = 'gates: { a: { edge: errorRate, max: 1%, interval: 2m } }';
  const config = await loadWith(`${gate}\ncanary: { watch: a, duration: 3m, bake: 2m }`);
  expect(config.strategies['blue-green'].bake.duration).toBe(60_000);
});

it('the result is plain JSON', async () => {
  const config = await loadWith(
    'gates: { a: { smoke: { requests: [{}] } } }\ndefaults: { check: [a] }',
  );
  expect(JSON.parse(JSON.stringify(config))).toEqual(config);
});
