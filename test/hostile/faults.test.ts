import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryConfig } from '../helpers/run-cli.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const SECRET = 'correct-horse-battery-staple';
const ENCODED = Buffer.from(SECRET).toString('base64');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deployctl-faults-'));
  mkdirSync(join(folder, 'dist'));
  cpSync(join(REPOSITORY, 'bin'), join(folder, 'bin'), { recursive: true });
  for (const [part, file] of [
    ['compiled', 'host/compiled'],
    ['main', 'main'],
  ]) {
    const source = pathToFileURL(join(REPOSITORY, `src/${file}.ts`)).href;
    writeFileSync(join(folder, `dist/${part}.js`), `export * from ${JSON.stringify(source)};`);
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program as it is installed, with a plug-in of this text, a secret, and a deployment to make. */
async function deployWith(plugin: string) {
  writeFileSync(join(folder, 'plugin.mjs'), plugin);
  const gate = `gates: { g: { http: { url: "http://127.0.0.1:9/", headers: { a: { fromEnv: KEY } } } } }`;
  const text = `${memoryConfig('faulty')}plugins: [./plugin.mjs]\n${gate}\n`;
  writeFileSync(join(folder, 'deploy.config.yaml'), text);
  const child = spawn(process.execPath, ['bin/deployctl.js', 'deploy', '--release', 'v1'], {
    cwd: folder,
    env: { PATH: process.env.PATH, XDG_STATE_HOME: join(folder, 'state'), KEY: SECRET, CI: 'true' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
    });
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

/** Thrown when the deployment begins, so that the secret is known by then. */
const whenBegun = (what: string) => `
export default { reporters: [{ report({ type }) { if (type === 'begun') { ${what} } } }] };
const nested = () => Object.assign(
  new AggregateError([new Error('inner ${SECRET}')], 'outer ${ENCODED}', {
    cause: new Error('caused by ${SECRET}', { cause: { url: 'https://me:${SECRET}@host/' } }),
  }),
  { cmd: 'curl -H ${SECRET}', headers: { authorization: '${SECRET}' } },
);`;

describe('a fault that nobody waits for ends the process with a failure, and shows no secret', () => {
  it.each([
    ['thrown in a timer', 'setTimeout(() => { throw nested(); });'],
    ['a promise that is refused', 'void Promise.reject(nested());'],
    ['a value that is no error', `setTimeout(() => { throw 'plain ${SECRET}'; });`],
    ['nothing at all', 'void Promise.reject(undefined);'],
  ])('%s', async (_, what) => {
    const { code, said } = await deployWith(whenBegun(what));
    expect(said).toContain('fault of deployctl');
    expect(code).toBe(1);
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain(ENCODED);
  });
});

describe('a plug-in that ends the process does not make a success of it', () => {
  it.each([
    ['when it is loaded', 'process.exit(0);'],
    ['in the middle', whenBegun('process.exit(0);')],
    ['by waiting for ever', 'await new Promise(() => {});'],
  ])('%s', async (_, plugin) => {
    const { code, said } = await deployWith(plugin);
    expect(said).toContain('exited before the command finished');
    expect(code).toBe(1);
  });
});

it('a reporter that throws at once is switched off, and what it threw shows no secret', async () => {
  const { code, said } = await deployWith(whenBegun('throw nested();'));
  expect(said).toContain('progress output stopped: outer [secret]');
  expect(said).not.toContain(SECRET);
  expect(code).toBe(0);
});
