import { describe, expect, it } from 'vitest';
import { GATE_SOURCES } from '../../src/compose/gates.ts';
import { configInvalid } from '../../src/config/errors.ts';
import {
  errorOf,
  KNOWN_PROVIDERS,
  KNOWN_STORES,
  LEAST,
  loadText,
  loadWith,
  problemsOf,
  STRATEGY_NAMES,
} from './loading.ts';

/** What stands below the least config, which has six lines, and what is said about it. */
const SOURCES = Object.keys(GATE_SOURCES).join(', ');

const CASES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'an unknown key': ['canry: {}', '7:1  canry: unknown key (did you mean canary?)'],
  'an unknown key that is like none': [
    'canary: { match: { heder: {}, body: x } }',
    '7:11  canary.match: unknown key (did you mean watch?)',
  ],
  'the word of the neighbouring section': [
    'canary: { gates: [a], stages: [{ weight: 5%, watch: [b] }] }',
    '7:11  canary.gates: unknown key (did you mean watch?)',
    '7:46  canary.stages[0].watch: unknown key (did you mean gates?)',
  ],
  'what belongs to the strategies, beside them': [
    'watch: [a]\nbake: 1m\nstages: [5%]',
    '7:1  watch: unknown key (did you mean defaults.watch?)',
    '8:1  bake: unknown key (did you mean defaults.bake?)',
    '9:1  stages: unknown key (did you mean canary.stages?)',
  ],
  'durations without a unit, negative or in words': [
    'canary: { duration: 30 }\ndeadline: -5s\nrollbackDeadline: "30"\nblue-green: { bake: soon }',
    '7:21  canary.duration: found 30, expected a duration with its unit: 30s, 30m or 30ms',
    '8:11  deadline: found "-5s", expected a duration such as 30s, 5m or 1h30m',
    '9:19  rollbackDeadline: found "30", expected a duration with its unit: 30s, 30m or 30ms',
    '10:21  blue-green.bake: found "soon", expected a duration such as 30s, 5m or 1h30m',
  ],
  'a pattern that is no regular expression': [
    'gates: { a: { http: { path: /, expect: { body: "/(/" } } } }\ndefaults: { check: [a] }',
    '7:48  gates.a.http.expect.body: found "/(/", expected a regular expression of JavaScript between slashes',
  ],
  'more people than there are, by whatever spellings': [
    'canary: { approval: { quorum: 2, approvers: [bob, "Bob "] } }',
    '7:31  canary.approval.quorum: found 2, expected at most as many as there are approvers',
  ],
  'a duration out of bounds': [
    'deadline: 31d\ngates: { a: { http: /, interval: 1ms } }\ndefaults: { check: [a] }',
    '7:11  deadline: found "31d", expected at most 30d',
    '8:34  gates.a.interval: found "1ms", expected at least 50ms',
  ],
  'weights that are no percentage': [
    'canary: { stages: [5%, 120%, -3, x, .nan5] }',
    '7:24  canary.stages[1]: found "120%", expected a percentage from 0% to 100%',
    '7:30  canary.stages[2]: found -3, expected a percentage from 0% to 100%',
    '7:34  canary.stages[3]: found "x", expected a percentage from 0% to 100%',
    '7:37  canary.stages[4]: found ".nan5", expected a percentage from 0% to 100%',
  ],
  'no stages': [
    'canary: { stages: [] }',
    '7:19  canary.stages: found an empty list, expected at least 1 entry',
  ],
  'a first stage of everything': [
    'canary: { stages: [100%] }',
    '7:20  canary.stages[0]: found a first stage of 100%, which is a blue-green switch: begin with less, or use "strategy: blue-green"',
  ],
  'a batch of nothing': [
    'rolling: { batch: 0% }',
    '7:19  rolling.batch: found "0%", expected at least 1',
  ],
  'no room to roll': [
    'rolling: { maxSurge: 0, maxUnavailable: 0% }',
    '7:22  rolling.maxSurge: maxUnavailable and maxSurge are both 0, so no replica can ever be replaced',
  ],
  'half a replica': [
    'rolling: { batch: 1.5 }',
    '7:19  rolling.batch: found 1.5, expected a number of replicas such as 1, or a share such as 25%',
  ],
  'yes for true': [
    'gates: { a: { http: /, advisory: yes } }',
    '7:34  gates.a.advisory: found "yes", expected true or false: YAML 1.2 takes yes, no, on and off as text',
  ],
  'a version that YAML takes for a number': [
    'release: 1.10',
    '7:10  release: found 1.10, expected text: put it in quotes',
  ],
  'a version that is a path': [
    'release: ../v1',
    '7:10  release: found "../v1", expected a version label of letters, digits and . _ + -, at most 100',
  ],
  'gates without a source, with two, with an unknown one': [
    'gates:\n  a: { http: /x, tcp: {} }\n  b: { max: 5% }\n  c: { htp: /x }',
    `8:6  gates.a: found the sources http and tcp, expected exactly one of ${SOURCES}`,
    `9:6  gates.b: found no source, expected exactly one of ${SOURCES}`,
    '10:8  gates.c.htp: unknown key (did you mean http?)',
  ],
  'limits in the wrong unit': [
    'gates:\n  a: { edge: { latency: p95 }, max: 5% }\n  b: { edge: errorRate, max: 250ms }\n  c: { edge: errorRate, max: 5 }\n  d: { http: /, max: 250ms }\n  e: { health: {}, max: 5% }',
    '8:37  gates.a.max: found "5%", expected a time such as 250ms: a latency is not a share (a percent can stand in tolerance)',
    '9:30  gates.b.max: found "250ms", expected a share such as 5%: an error rate is not a duration',
    '10:30  gates.c.max: found 5, expected a share from 0% to 100%, such as 5% or 0.05',
    '11:22  gates.d.max: has no effect: http answers yes or no (a time limit is expect.latency or timeout)',
    '12:25  gates.e.max: found "5%", expected a plain number: this is a number of crashes and unready units',
  ],
  'gates that decide nothing': [
    'gates:\n  a: { edge: errorRate }\n  b: { edge: errorRate, max: 1%, tolerance: 50% }\n  c: { http: /, compare: stable }',
    '8:6  gates.a: decides nothing: give it max, min or "compare: stable"',
    '9:45  gates.b.tolerance: has no effect without "compare: stable"',
    '10:26  gates.c.compare: http cannot be compared with stable',
  ],
  'a percentile that is none': [
    'gates: { a: { edge: { latency: p100 }, max: 1s } }',
    '7:32  gates.a.edge.latency: found "p100", expected a percentile such as p50, p95 or p99.9',
  ],
  'an unknown metric': [
    'gates: { a: { edge: errRate, max: 5% } }',
    '7:21  gates.a.edge: found "errRate", expected one of errorRate, successRate, latency, requests, throughput (did you mean errorRate?)',
  ],
  'a path, a URL and a name out of form': [
    'gates:\n  a: { http: { path: x, url: file:///x } }\n  "b c": { http: / }',
    '8:14  gates.a.http: found a section, expected path or url, not both',
    '8:22  gates.a.http.path: found "x", expected a path that begins with /',
    '8:30  gates.a.http.url: found "file:///x", expected a URL that begins with http:// or https://',
    '9:3  gates.b c: found "b c", expected a name of letters, digits, - and _, at most 63',
  ],
  'gates that are named but not there': [
    'gates: { errors: { edge: errorRate, max: 5% } }\ncanary: { watch: [erors], check: [foo] }',
    '8:19  canary.watch[0]: found the gate "erors", expected one of errors (did you mean errors?)',
    '8:35  canary.check[0]: found the gate "foo", expected one of errors',
  ],
  'a hold that is shorter than one window of its gates': [
    'gates: { errors: { edge: errorRate, max: 5%, interval: 5s, delay: 1s, warmup: 2s } }\ncanary:\n  watch: [errors]\n  duration: 7s\n  stages: [5%, { weight: 50%, duration: 3s }, { weight: 100%, duration: 6s }]\n  bake: 5s',
    '10:13  canary.duration: found 7s, expected at least 8s: gate "errors" needs at least one whole window (interval 5s + delay 1s + warmup 2s)',
    '11:41  canary.stages[1].duration: found 3s, expected at least 6s: gate "errors" needs at least one whole window (interval 5s + delay 1s)',
    '12:9  canary.bake: found 5s, expected at least 6s: gate "errors" needs at least one whole window (interval 5s + delay 1s)',
  ],
  'a bake that is shorter than one window of a gate of its own': [
    'gates: { errors: { edge: errorRate, max: 5%, interval: 5s } }\ncanary:\n  bake: { duration: 3s, gates: [errors] }',
    '9:21  canary.bake.duration: found 3s, expected at least 5s: gate "errors" needs at least one whole window (interval 5s)',
  ],
  'a bootstrap that does not fit the provider': [
    'bootstrap: { release: v1, provider: { replicas: many, foo: 1 } }',
    '7:49  bootstrap.provider.replicas: found "many", expected a whole number',
    '7:55  bootstrap.provider.foo: unknown key, expected one of command, cwd, env, replicas, portVariable, versionVariable, ready, live, stop, restart, logs, edge',
  ],
  'a store with a space': [
    'store: my store',
    `7:8  store: found "my store", expected the absolute path of a folder, or a URL that begins with ${KNOWN_STORES}`,
  ],
  'a policy that does not exist': [
    'defaults: { onFailure: { shift: rolback } }',
    '7:33  defaults.onFailure.shift: found "rolback", expected one of rollback, hold, ask (did you mean rollback?)',
  ],
  'a hook without a command': [
    'defaults: { hooks: { start: { before: [{ name: x }] } } }',
    '7:40  defaults.hooks.start.before[0].run: is missing, expected a list',
  ],
  'nobody to match': [
    'blue-green: { match: {} }',
    '7:22  blue-green.match: found a section, expected a header or a cookie',
  ],
};

describe('a problem is told with its place, what was found, what was expected and what was meant', () => {
  for (const [name, [text, ...expected]] of Object.entries(CASES)) {
    it(name, async () => {
      expect(await problemsOf(LEAST + text)).toEqual(expected);
    });
  }
});

describe('the provider', () => {
  it.each([
    [
      'local',
      'locl',
      [`4:3  provider.locl: unknown key, expected ${KNOWN_PROVIDERS} (did you mean local?)`],
    ],
    ['local', 'elsewhere', [`4:3  provider.elsewhere: unknown key, expected ${KNOWN_PROVIDERS}`]],
    [
      'node server.js',
      'node server.js | tee log',
      [
        '5:14  provider.local.command: found "node server.js | tee log", where only a shell would understand |: write a list of words, [program, argument], or ask for a shell, [sh, -c, "…"]',
      ],
    ],
    [
      'node server.js',
      'PORT=1 node server.js',
      [
        '5:14  provider.local.command: found "PORT=1 node server.js": commands run without a shell, so set PORT=1 in env',
      ],
    ],
    [
      '{ port: 8080 }',
      '{ port: 80800 }',
      ['6:19  provider.local.edge.port: found 80800, expected at most 65535'],
    ],
    [
      '{ port: 8080 }',
      '{}',
      ['6:11  provider.local.edge.port: is missing, expected a whole number'],
    ],
    [
      '{ port: 8080 }',
      '{ port: 1, metricsPort: 1 }',
      ['6:11  provider.local.edge: found a section, expected another metricsPort than port'],
    ],
    [
      '    edge',
      '    env: { A: { fromEnv: X, fromFile: y }, "B C": 1, D: [] }\n    logs: { maxSize: 10 }\n    edge',
      [
        '6:15  provider.local.env.A: found a section, expected exactly one of {fromEnv: NAME}, {fromFile: PATH}, {fromCommand: [PROGRAM, ARGUMENT]}, {fromAwsSecret: {id: NAME}} or {fromAwsParameter: {name: NAME}}',
        '6:44  provider.local.env.B C: found "B C", expected the name of an environment variable',
        '6:57  provider.local.env.D: found an empty list, expected text, or a reference: {fromEnv: NAME}, {fromFile: PATH}, {fromCommand: [PROGRAM, ARGUMENT]}, {fromAwsSecret: {id: NAME}} or {fromAwsParameter: {name: NAME}}',
        '7:22  provider.local.logs.maxSize: found 10, expected a size such as 10MB or 512KiB',
      ],
    ],
  ])('%s becoming %s is refused in words', async (from, to, expected) => {
    expect(await problemsOf(LEAST.replace(from, to))).toEqual(expected);
  });
});

it('a hundred problems and environments are told in less than 60 lines', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `g${index}`);
  const gates = names.map((name) => `  ${name}: { edge: x, max: y }\n`).join('');
  const overlays = names.map((name) => `  ${name}: { gates: null }\n`).join('');
  for (const sick of [gates, '  a: { edge: x }\n']) {
    const text = `${LEAST}gates:\n${sick}environments:\n${overlays}`;
    const { message, why = '', next } = await errorOf(loadText(text));
    expect([message, ...why.split('\n'), ...next].length).toBeLessThan(60);
  }
});

it.each([
  ['deploy.config.yaml', 'deployctl validate'],
  ['other.yaml', 'deployctl validate --config other.yaml'],
  ["it's mine.yaml", "deployctl validate --config 'it'\\''s mine.yaml'"],
])('the command that is suggested for %s can be typed as it stands', (file, command) => {
  expect(configInvalid(file, []).next).toEqual([command]);
});

it('an empty config says what is needed', async () => {
  expect(await problemsOf('')).toEqual([
    '1:1  service: is missing, expected a name of small letters, digits and dashes, at most 63',
    `1:1  strategy: is missing, expected one of ${STRATEGY_NAMES.join(', ')}`,
    `1:1  provider: is missing, expected a section with ${KNOWN_PROVIDERS}`,
  ]);
});

it('the error names the file, counts the problems and says that nothing was touched', async () => {
  const error = await errorOf(loadWith('a: 1\nb: 2'));
  expect(error).toMatchObject({
    code: 'config-invalid',
    message: 'deploy.config.yaml has 2 problems',
    state: 'Nothing was touched.',
    next: ['deployctl validate'],
    exit: 2,
  });
});

it('hundreds of problems are cut off with their number', async () => {
  const text = Array.from({ length: 120 }, (_, index) => `x${index}: 1`).join('\n');
  const lines = await problemsOf(LEAST + text);
  expect(lines).toHaveLength(51);
  expect(lines.at(-1)).toBe('… and 70 more');
});

it('what a config holds cannot move the cursor of a terminal', async () => {
  const { why } = await errorOf(loadText(`${LEAST}release: "\\e[2J\\u202e"\n`));
  expect(why).toContain('\\u{1b}[2J\\u{202e}');
});

it('defaults are checked once although every strategy has them', async () => {
  expect(await problemsOf(`${LEAST}defaults: { extension: 5 }`)).toEqual([
    '7:24  defaults.extension: found 5, expected a duration with its unit: 5s, 5m or 5ms',
  ]);
});
