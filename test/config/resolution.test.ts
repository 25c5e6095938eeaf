import { describe, expect, it } from 'vitest';
import { LEAST, loadText, loadWith, STRATEGY_NAMES } from './loading.ts';

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
