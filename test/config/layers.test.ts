import { describe, expect, it } from 'vitest';
import {
  errorOf,
  KNOWN_PROVIDERS,
  LEAST,
  loadText,
  loadWith,
  problemsOf,
  STRATEGY_NAMES,
} from './loading.ts';

const OVERLAY = `\
gates:
  errors: { edge: errorRate, max: 5% }
defaults:
  watch: [errors]
  retire: 5m
canary:
  stages: [5%, 50%]
environments:
  staging: {}
  production:
    canary: { stages: [1%] }
    defaults: { retire: null, bake: 2m }
    provider: { local: { replicas: 6 } }
`;

describe('the overlay of an environment', () => {
  it('merges sections, replaces lists and values, and removes with null', async () => {
    const { strategies, provider, environment } = await loadWith(OVERLAY, {
      environment: 'production',
    });
    expect(environment).toBe('production');
    expect(strategies.canary.stages.map(({ weight }) => weight)).toEqual([1, 100]);
    expect(strategies.canary).toMatchObject({
      retire: { after: 0 },
      bake: { duration: 120_000 },
      gates: ['errors'],
    });
    expect(provider.settings).toMatchObject({ replicas: 6, command: ['node', 'server.js'] });
  });

  it('merges a gate that takes numbers out of JSON, and not the JSON that an answer must be', async () => {
    const { gates } = await loadWith(
      `\
gates:
  request: { json: { url: "http://a.example", value: waiting, unit: count }, max: 5 }
  answers: { http: { path: /, expect: { json: { a: 1, b: null } } } }
environments:
  production:
    gates:
      request: { json: { url: "http://b.example" } }
      answers: { http: { expect: { json: { b: null } } } }
`,
      { environment: 'production' },
    );
    expect(gates.request?.settings).toMatchObject({
      url: 'http://b.example',
      unit: 'count',
    });
    expect(gates.answers?.settings).toMatchObject({ expect: { json: { b: null } } });
    expect(gates.answers?.settings).not.toMatchObject({ expect: { json: { a: 1 } } });
  });

  it('changes nothing when it is not chosen, or empty', async () => {
    const plain = await loadWith(OVERLAY);
    expect(plain.strategies.canary.stages).toHaveLength(3);
    expect(await loadWith(OVERLAY, { environment: 'staging' })).toEqual({
      ...plain,
      environment: 'staging',
    });
  });

  it('that does not exist is refused with the names that do', async () => {
    const error = await errorOf(loadWith(OVERLAY, { environment: 'prodction' }));
    expect(error).toMatchObject({
      code: 'unknown-name',
      message: 'There is no environment "prodction": did you mean production?',
      why: 'Known: staging, production.',
    });
    expect((await errorOf(loadWith('', { environment: 'x' }))).why).toBe(
      'The config has no environments.',
    );
  });

  it('is checked even when it is not chosen, in its own lines', async () => {
    const text = `${LEAST}environments:\n  a: { canary: { stages: [x] } }\n  b: { strategy: canry, provider: null }\n`;
    expect(await problemsOf(text)).toEqual([
      '8:27  environments.a.canary.stages[0]: found "x", expected a percentage from 0% to 100% (with --env a)',
      `9:6  environments.b.provider: is missing, expected a section with ${KNOWN_PROVIDERS} (with --env b)`,
      `9:18  environments.b.strategy: found "canry", expected one of ${STRATEGY_NAMES.join(', ')} (did you mean canary?) (with --env b)`,
    ]);
    expect(await problemsOf(text, { environment: 'a' })).toContain(
      '8:27  environments.a.canary.stages[0]: found "x", expected a percentage from 0% to 100%',
    );
  });

  it('may need variables that this machine does not have, as long as it is not chosen', async () => {
    const text = `allowEnv: [N]\nenvironments: { a: { provider: { local: { replicas: "\${env.N}" } } } }`;
    expect((await loadWith(text)).service).toBe('shop');
    expect(await problemsOf(LEAST + text, { environment: 'a' })).toEqual(
      [
        `8:53  environments.a.provider.local.replicas: \${env.N} is not set: set N, or write \${env.N:-default}`,
        `8:53  environments.a.provider.local.replicas: found the value of "\${env.N}", expected a number`,
      ].slice(0, 1),
    );
  });

  it('may complete a config that lacks something without it', async () => {
    const text =
      'service: shop\nstrategy: canary\nenvironments: { prod: { provider: { local: { command: a, edge: { port: 1 } } } } }';
    expect((await loadText(text, { environment: 'prod' })).provider.name).toBe('local');
    const error = await errorOf(loadText(text));
    expect(error.why).toBe(
      `deploy.config.yaml:1:1  provider: is missing, expected a section with ${KNOWN_PROVIDERS}`,
    );
    expect(error.next).toContain('deployctl validate --env prod');
  });

  it('must be a section with a proper name', async () => {
    expect(
      await problemsOf(`${LEAST}environments: { Prod: {}, b: 1, c: { environments: {} } }`),
    ).toEqual([
      '7:17  environments.Prod: expected a name of small letters, digits and dashes, at most 63',
      '7:30  environments.b: found 1, expected keys to lay over the config',
      '7:36  environments.c: an overlay cannot have environments of its own',
    ]);
  });
});

describe('defaults', () => {
  it('hold for every strategy that does not say otherwise', async () => {
    const { strategies } = await loadWith(
      'defaults: { bake: 3m, extension: 1m }\nrolling: { bake: 1m }\nblue-green: { extension: null }',
    );
    expect(strategies.canary).toMatchObject({ bake: { duration: 180_000 }, extension: 60_000 });
    expect(strategies.rolling.bake.duration).toBe(60_000);
    expect(strategies['blue-green'].extension).toBe(300_000);
  });
});

describe('--set', () => {
  it('comes after the overlay, and takes numbers, text and entries of lists', async () => {
    const { provider, strategies, gates } = await loadWith(OVERLAY, {
      environment: 'production',
      set: [
        'provider.local.replicas=9',
        'canary.stages.0=2%',
        'gates.errors.max=1%',
        'provider.local.env.V=1.10',
      ],
    });
    expect(provider.settings).toMatchObject({ replicas: 9, env: { V: '1.10' } });
    expect(strategies.canary.stages[0]?.weight).toBe(2);
    expect(gates.errors?.judge.max).toBe(0.01);
  });

  it('an empty value removes a key', async () => {
    const { strategies } = await loadWith('canary: { duration: 1m }', {
      set: ['canary.duration='],
    });
    expect(strategies.canary.stages[0]?.duration).toBe(300_000);
  });

  it('a value may hold an equals sign', async () => {
    const { provider } = await loadWith('', { set: ['provider.local.env.OPTS=a=b'] });
    expect(provider.settings.env).toEqual({ OPTS: 'a=b' });
  });

  it('an unknown key gets the same error as in the file', async () => {
    expect(await problemsOf(LEAST, { set: ['canary.durtion=3s', 'deadline=5'] })).toEqual([
      '--set  canary.durtion: unknown key (did you mean duration?)',
      '--set  deadline: found 5, expected a duration with its unit: 5s, 5m or 5ms',
    ]);
  });

  it.each([
    [
      'deadline',
      '--set deadline cannot be used',
      'expected key=value, such as canary.bake.duration=2m',
    ],
    ['=x', '--set =x cannot be used', 'expected key=value, such as canary.bake.duration=2m'],
    [
      'canary.stages=[5%]',
      '--set canary.stages cannot be used',
      'expected one value; lists and sections belong in the file',
    ],
    [
      'service.x=1',
      '--set service.x cannot be used',
      'there is nothing below it: in the config service is a single value',
    ],
    [
      'environments.a.b=1',
      '--set environments.a.b cannot be used',
      'overlays cannot be set: set the key itself',
    ],
  ])('%s is refused', async (assignment, message, why) => {
    expect(await errorOf(loadWith('', { set: [assignment] }))).toMatchObject({
      message,
      why,
      code: 'config-invalid',
    });
  });

  it('an entry of a list that is not there is refused', async () => {
    const error = await errorOf(loadWith(OVERLAY, { set: ['canary.stages.7=5%'] }));
    expect(error.why).toBe('expected the number of an entry, 0 to 1, found "7"');
  });
});

describe('--strategy and --release', () => {
  it('win over the file', async () => {
    const config = await loadWith('release: v1', { strategy: 'rolling', release: 'v2' });
    expect(config).toMatchObject({ strategy: 'rolling', release: 'v2' });
  });

  it('are checked', async () => {
    expect(await errorOf(loadWith('', { strategy: 'rollin' }))).toMatchObject({
      code: 'unknown-name',
      message: 'There is no strategy "rollin": did you mean rolling?',
      why: `Known: ${STRATEGY_NAMES.join(', ')}.`,
    });
    expect(await problemsOf(LEAST, { release: '../x' })).toEqual([
      '--release  found "../x", expected a version label of letters, digits and . _ + -, at most 100',
    ]);
  });
});

describe('bootstrap', () => {
  it('is the provider with its own settings laid over, complete', async () => {
    const text = LEAST.replace('    edge', '    env: { A: 1, B: 2 }\n    edge');
    const { bootstrap, provider } = await loadText(
      `${text}bootstrap: { release: v1, env: { B: 3 }, provider: { replicas: 4 } }\n`,
    );
    expect(bootstrap).toEqual({
      release: 'v1',
      provider: { ...provider.settings, replicas: 4, env: { A: '1', B: '3' } },
    });
  });

  it('may be nothing but a version', async () => {
    const { bootstrap, provider } = await loadWith('bootstrap: { release: v1 }');
    expect(bootstrap).toEqual({ release: 'v1', provider: provider.settings });
  });
});
