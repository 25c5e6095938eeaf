import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJson } from '../../../src/clients/aws/json.ts';
import { freePort } from '../../helpers/free-port.ts';
import { builtBinary } from '../built.ts';
import { Run } from '../fixture.ts';
import { Bed, REGION } from './bed/bed.ts';

/** Says what it was started with. */
const PROGRAM = `require('node:http').createServer((_, answer) => answer.end(process.env.WORD + ' ' + process.env.TOKEN)).listen(process.env.PORT, '127.0.0.1')`;

let bed: Bed;
let folder: string;
let port: number;
const env = (key: string) => ({
  AWS_ENDPOINT_URL: bed.url,
  AWS_ACCESS_KEY_ID: key,
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_REGION: REGION,
});

beforeAll(async () => {
  bed = await Bed.open();
  folder = await mkdtemp(join(tmpdir(), 'deployctl-aws-'));
  port = await freePort();
  await writeFile(join(folder, 'service.cjs'), PROGRAM);
  await writeFile(
    join(folder, 'deploy.config.yaml'),
    `service: shop
strategy: blue-green
defaults: { bake: 1s, retire: { after: 0s } }
provider:
  local:
    command: node service.cjs
    replicas: 1
    edge: { port: ${port} }
    env:
      WORD: { fromAwsSecret: { id: prod/shop, key: word } }
      TOKEN: { fromAwsParameter: { name: /shop/token } }
`,
  );
});
afterAll(async () => {
  await run('down', '--yes', '--force');
  await rm(folder, { recursive: true, force: true });
  await bed.close();
});

const run = (...args: string[]) =>
  new Run(
    spawn(process.execPath, [builtBinary(), ...args], {
      cwd: folder,
      env: {
        ...env('DEPLOYCTL'),
        PATH: process.env.PATH,
        HOME: folder,
        XDG_STATE_HOME: join(folder, 'state'),
        CI: 'true',
      },
    }),
  ).ended;
const served = async () => (await fetch(`http://127.0.0.1:${port}`)).text();

async function store(word: string, token: string, isNew = false): Promise<void> {
  const secrets = openJson('secretsmanager', env('OWNER'), { region: REGION });
  const parameters = openJson('ssm', env('OWNER'), { region: REGION });
  const SecretString = JSON.stringify({ word });
  const secret = isNew
    ? { Name: 'prod/shop', SecretString }
    : { SecretId: 'prod/shop', SecretString };
  await secrets.write((door, options) =>
    door.send(isNew ? 'CreateSecret' : 'PutSecretValue', secret, options),
  );
  const parameter = { Name: '/shop/token', Value: token, Type: 'SecureString', Overwrite: !isNew };
  await parameters.write((door, options) => door.send('PutParameter', parameter, options));
}

test('a release keeps the versions of its secrets, so that a rollback runs with what it ran with', async () => {
  await store('first-word', 'first-token', true);
  const first = await run('deploy', '--release', 'v1');
  expect(first.code, first.stdout + first.stderr).toBe(0);
  expect(await served()).toBe('first-word first-token');
  await store('second-word', 'second-token');
  const plan = await run('plan', '--release', 'v2');
  // Only versions were asked for.
  expect(plan.stdout + plan.stderr).not.toMatch(/second-(word|token)/);
  const second = await run('deploy', '--release', 'v2');
  expect(second.code, second.stdout + second.stderr).toBe(0);
  expect(await served()).toBe('second-word second-token');
  const back = await run('rollback', '--yes');
  expect(back.code, back.stdout + back.stderr).toBe(0);
  expect(await served()).toBe('first-word first-token');
  const said = [first, second, back].map(({ stdout, stderr }) => stdout + stderr).join('');
  const kept = await readdir(join(folder, 'state'), { recursive: true, withFileTypes: true });
  const files = kept.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(5);
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  );
  expect(said + texts.join('')).not.toMatch(/(first|second)-(word|token)/);
});

test('a secret that may not be read, and one that is not there, are named', async () => {
  bed.credentials.allowOnly('DEPLOYCTL', ['ssm:GetParameter']);
  const denied = await run('plan', '--release', 'v3');
  expect(denied.code).not.toBe(0);
  expect(denied.stderr).toContain('secretsmanager:DescribeSecret');
  bed.credentials.clear();
  const lost = await run(
    ...['plan', '--release', 'v3'],
    ...['--set', 'provider.local.env.TOKEN.fromAwsParameter.name=/shop/none'],
  );
  expect(lost.code).not.toBe(0);
  expect(lost.stderr).toContain('ParameterNotFound');
});
