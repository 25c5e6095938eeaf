import { expect, test } from 'vitest';
import { LEAST, loadText } from './loading.ts';

const warningsOf = async (env: string) => {
  const { warnings } = await loadText(LEAST.replace('    edge', `    env: ${env}\n    edge`));
  return warnings;
};

test('a secret that is written out is warned of, with the way to refer to it, and not repeated', async () => {
  const [warning, ...more] = await warningsOf('{ DB_PASSWORD: hunter2, MODE: fast }');
  expect(more).toEqual([]);
  expect(warning).toContain('provider.local.env.DB_PASSWORD (line 6): this looks like a secret');
  expect(warning).toContain('DB_PASSWORD: { fromEnv: DB_PASSWORD }');
  expect(warning).not.toContain('hunter2');
});

test.each([
  '{ DB_PASSWORD: { fromEnv: DB_PASSWORD } }',
  '{ DB_PASSWORD_FILE: /run/secrets/db, AUTH_URL: "https://login.example.com", TOKEN_TTL: 1h }',
  '{ TOKEN_LIMIT: 100, SECRET_SCANNING: true, API_KEY: "" }',
  `{ BUILD_TOKEN: "\${release}" }`,
])('what is none is not warned of: %s', async (env) => {
  expect(await warningsOf(env)).toEqual([]);
});
