import { describe, expect, it, vi } from 'vitest';
import { errorOf, LEAST, loadText, loadWith, problemsOf } from './loading.ts';

const withEnv = (env: string) => LEAST.replace('    edge', () => `    env: ${env}\n    edge`);
const envOf = async (text: string, options = {}) =>
  (await loadText(text, options)).provider.settings.env;

describe('variables in text', () => {
  it('stand for the service, the release, the environment and the commit', async () => {
    const text = `${withEnv(`{ A: "\${service}-\${release}", B: "\${environment:-none} \${git.sha}" }`)}release: v7\nenvironments: { prod: {} }\n`;
    expect(await envOf(text)).toEqual({ A: 'shop-v7', B: 'none abc1234' });
    expect(await envOf(text, { environment: 'prod' })).toEqual({ A: 'shop-v7', B: 'prod abc1234' });
  });

  it('are taken from the environment only when allowEnv names them', async () => {
    const text = `${withEnv(`{ A: "\${env.X}", B: "\${env.Y:-why}" }`)}allowEnv: [X, Y]\n`;
    expect(await envOf(text, { env: { X: 'ex', Y: '' } })).toEqual({ A: 'ex', B: 'why' });
    expect(await problemsOf(withEnv(`{ A: "\${env.PATH}" }`), { env: { PATH: '/bin' } })).toEqual([
      `6:15  provider.local.env.A: \${env.PATH} is not allowed: add PATH to allowEnv, so that readers see what the config uses`,
    ]);
  });

  it('that are not set are errors, never empty text', async () => {
    const text = `${withEnv(`{ A: "\${env.X}", B: "\${environment}" }`)}allowEnv: [X]\n`;
    expect(await problemsOf(text, { env: { X: '' } })).toEqual([
      `6:15  provider.local.env.A: \${env.X} is not set: set X, or write \${env.X:-default}`,
      `6:30  provider.local.env.B: \${environment} is not known: choose one with --env NAME`,
    ]);
  });

  it('are replaced in one pass: what comes in is not looked at again', async () => {
    const text = `${withEnv(`{ A: "\${env.X}", B: "$\${service} $x \${env.Y}" }`)}allowEnv: [X, Y]\n`;
    const env = { X: `\${service} \${env.SECRET}`, Y: '[1, 2]', SECRET: 's' };
    expect(await envOf(text, { env })).toEqual({
      A: `\${service} \${env.SECRET}`,
      B: `\${service} $x [1, 2]`,
    });
  });

  it('cannot name themselves', async () => {
    expect(await problemsOf(LEAST.replace('service: shop', `service: a-\${service}`))).toContain(
      `1:10  service: \${service} is not known here`,
    );
  });

  it('work in numbers, durations and shares, which are checked afterwards', async () => {
    const text = `${LEAST.replace('    edge', `    replicas: \${env.N:-2}\n    edge`)}allowEnv: [N, T, W]\ncanary: { duration: "\${env.T}", stages: ["\${env.W}%"] }\n`;
    const { provider, strategies } = await loadText(text, { env: { T: '90s', W: '7' } });
    expect(provider.settings.replicas).toBe(2);
    expect(strategies.canary.stages[0]).toMatchObject({ weight: 7, duration: 90_000 });
  });

  it('what they stand for is not repeated in errors', async () => {
    const lines = await problemsOf(`${LEAST}allowEnv: [T]\ndeadline: \${env.T}\n`, {
      env: { T: 'hunter2' },
    });
    expect(lines).toEqual([
      `8:11  deadline: found the value of "\${env.T}", expected a duration such as 30s, 5m or 1h30m`,
    ]);
  });

  it.each(['API_TOKEN', 'DB_PASSWORD', 'apiKey', 'AUTH', 'OAUTH_SECRET', 'AWS_CREDENTIALS'])(
    'whose name looks like a secret are refused: %s',
    async (name) => {
      const text = `${withEnv(`{ A: "x \${env.${name}:-y}" }`)}allowEnv: [${name}]\ngates: { a: { http: { headers: { b: "\${env.${name}}" } } } }\ndefaults: { check: [a] }`;
      const why = `\${env.${name}} looks like a secret, which must not get into plans and records: write {fromEnv: ${name}} as the whole value, in the env of the provider or the headers of a gate`;
      expect(await problemsOf(text, { env: { [name]: 'hunter2' } })).toEqual([
        `6:15  provider.local.env.A: ${why}`,
        `9:37  gates.a.http.headers.b: ${why}`,
      ]);
    },
  );

  it.each(['AUTHOR', 'KEYBOARD', 'SSH_KEY_FILE', 'AUTH_HOST', 'SHOP_REPLICAS'])(
    'whose name only sounds like one are not: %s',
    async (name) => {
      const text = `${withEnv(`{ A: "\${env.${name}}" }`)}allowEnv: [${name}]\n`;
      expect(await envOf(text, { env: { [name]: 'x' } })).toEqual({ A: 'x' });
    },
  );

  it('that do not exist get a hint', async () => {
    expect(await problemsOf(withEnv(`{ A: "\${servce}", B: "\${", C: "\${a b}" }`))).toEqual([
      `6:15  provider.local.env.A: found \${servce}, expected \${env.NAME}, \${service}, \${environment}, \${release}, \${git.sha} (did you mean \${service}?)`,
      `6:31  provider.local.env.B: found "\${", expected \${NAME} (write $\${ for a plain \${)`,
      `6:40  provider.local.env.C: found "\${a b}", expected \${NAME} (write $\${ for a plain \${)`,
    ]);
  });

  it('captured by a smoke gate are left to that gate', async () => {
    const gate = `gates: { a: { smoke: { requests: [{ capture: { cart: id } }, { request: { path: "/\${cart}/\${service}" } }] } } }`;
    const { gates } = await loadWith(`${gate}\ndefaults: { check: [a] }`);
    expect(gates.a?.settings).toMatchObject({
      requests: [{ capture: { cart: 'id' } }, { path: `/\${cart}/shop` }],
    });
  });

  it('do not decide which code is loaded', async () => {
    expect(await problemsOf(`${LEAST}plugins: ["\${service}"]`)).toEqual([
      `7:11  plugins[0]: found "\${service}", expected the name of a package, or a path`,
    ]);
  });
});

describe('the commit', () => {
  it('is the release when nobody names one', async () => {
    expect((await loadWith('')).release).toBe('abc1234');
  });

  it('is asked for only when it is used', async () => {
    const git = vi.fn(async () => 'abc1234');
    await loadWith('release: v1', { git });
    await loadWith('', { git, release: 'v1' });
    expect(git).not.toHaveBeenCalled();
  });

  it('that is not there is no fault of a line, and the way out is to name the version', async () => {
    const git = async () => null;
    const error = await errorOf(loadText(LEAST, { git }));
    expect(error.why).toBe(
      'deploy.config.yaml  release: no version is named, and git names none, because this is not a checkout with a commit, or one of another user, which git does not read: name it with --release',
    );
    expect(error.next).toEqual(['deployctl validate --release <version>']);
    expect(await problemsOf(withEnv(`{ A: "\${git.sha}" }`), { git, release: 'v1' })).toEqual([
      expect.stringContaining(`write \${release} for the version that is deployed`),
    ]);
  });

  it('that is not there hides nothing else', async () => {
    const problems = await problemsOf(`${LEAST}canary: { bake: 300 }\n`, { git: async () => null });
    expect(problems).toEqual([
      expect.stringContaining('canary.bake: found 300, expected a duration with its unit: 300s'),
      expect.stringContaining('release: no version is named'),
    ]);
  });
});
