import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, inspect, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../src/clients/command.ts';
import { secretFile } from '../../src/clients/secret-file.ts';
import { Secret } from '../../src/contract/index.ts';
import { secretReader, secretsIn } from '../../src/host/secrets.ts';
import { startTime } from '../../src/lib/process-life.ts';
import { endProcess } from '../helpers/end-process.ts';

const TEXT = 'hunter2-hunter2';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployctl-secrets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a secret does not become text by accident', () => {
  const secret = new Secret(TEXT);
  it.each<[string, () => unknown]>([
    ['String', () => String(secret)],
    ['a template', () => `${secret}`],
    ['+', () => (secret as unknown as string) + TEXT.slice(0, 0)],
    ['join', () => [secret].join()],
    ['JSON', () => JSON.stringify({ a: [secret] })],
    ['inspect', () => inspect({ a: secret }, { showHidden: true, depth: null })],
    ['format', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
    ['a message of an error', () => inspect(new Error('x', { cause: secret }))],
    ['its keys', () => JSON.stringify([Object.entries(secret), Object.assign({}, secret)])],
    ['a copy', () => inspect(structuredClone(secret))],
  ])('by %s', (_, shown) => expect(String(shown())).not.toContain('hunter2'));

  it('but is given out where it is asked for', () => expect(secret.reveal()).toBe(TEXT));
});

const concealed: string[] = [];
const reader = (env: Record<string, string> = {}, run = readCommand) =>
  secretReader({
    env: { PATH: process.env.PATH, ...env },
    run,
    aws: () => Promise.reject(new Error('no store of AWS is asked here')),
    conceal: async (secrets) => {
      concealed.push(...secrets);
    },
  });
const shell = (script: string) => ({ fromCommand: ['sh', '-c', script] });

describe('a secret is read', () => {
  it('from the environment, a file or what a command prints, without the end of its line', async () => {
    await writeFile(join(folder, 'key'), `${TEXT}\n`);
    const read = reader({ KEY: TEXT });
    for (const reference of [
      { fromEnv: 'KEY' },
      { fromFile: 'key' },
      shell(`echo ${TEXT}`),
      shell(`printf '${TEXT}\\r\\n'`),
      shell('cat key'),
    ])
      expect((await read(reference, folder)).reveal()).toBe(TEXT);
  });

  it('by a command that no shell reads', async () => {
    const secret = await reader()({ fromCommand: ['printf', '%s', '$PATH; `id` | x'] }, folder);
    expect(secret.reveal()).toBe('$PATH; `id` | x');
  });

  it('and is masked before anybody has it', async () => {
    concealed.length = 0;
    let seen = 0;
    const read = secretReader({
      env: {},
      run: async () => TEXT,
      aws: async () => TEXT,
      conceal: async (secrets) => {
        await new Promise((done) => setImmediate(done));
        seen += secrets.length;
      },
    });
    await read(shell('x'), folder);
    expect(seen).toBe(1);
  });

  it('once per command, however many ask for it at the same time', async () => {
    let runs = 0;
    const read = reader({}, async ([word = '']) => {
      runs += 1;
      return `${word}-${TEXT}`;
    });
    const ask = (word: string) => read({ fromCommand: [word] }, folder);
    await Promise.all([ask('a'), ask('a'), ask('b')]);
    expect((await ask('a')).reveal()).toBe(`a-${TEXT}`);
    expect(runs).toBe(2);
  });

  it('again where it failed: somebody may have signed in meanwhile', async () => {
    const read = reader();
    const reference = shell('test -e signed-in && echo yes-yes-yes');
    await expect(read(reference, folder)).rejects.toThrow('exited with code 1');
    await writeFile(join(folder, 'signed-in'), '');
    expect((await read(reference, folder)).reveal()).toBe('yes-yes-yes');
  });

  it('with what password managers need of the environment, and nothing else of it', async () => {
    const env = {
      HOME: '/home/ada',
      OP_SERVICE_ACCOUNT_TOKEN: 'op-token',
      VAULT_ADDR: 'https://vault',
      AWS_PROFILE: 'prod',
      https_proxy: 'http://proxy',
      DATABASE_PASSWORD: TEXT,
      NODE_OPTIONS: '--require /tmp/x.js',
      LD_PRELOAD: '/tmp/x.so',
    };
    const printed = (await reader(env)({ fromCommand: ['env'] }, folder)).reveal();
    for (const name of ['HOME', 'OP_SERVICE_ACCOUNT_TOKEN', 'VAULT_ADDR', 'AWS_PROFILE'])
      expect(printed).toContain(`${name}=`);
    expect(printed).toContain('https_proxy=');
    expect(printed).not.toMatch(/DATABASE_PASSWORD|NODE_OPTIONS|LD_PRELOAD/);
  });
});

describe('a secret that is missing is told by its reference, never by what was printed', () => {
  it.each([
    ['a failure', shell(`echo ${TEXT}; echo ${TEXT} >&2; exit 3`), 'it exited with code 3'],
    ['no output', shell('true'), 'it printed nothing'],
    ['no end of output', shell(`yes ${TEXT}`), 'it printed more than 65536 characters'],
    ['a signal', shell(`echo ${TEXT}; kill -9 $$`), 'it could not be run (it was ended)'],
    ['no such program', { fromCommand: ['no-such-program'] }, 'it could not be run (ENOENT)'],
    ['no variable', { fromEnv: 'NONE' }, 'the variable is not set here'],
    ['what every object has', { fromEnv: 'constructor' }, 'the variable is not set here'],
    ['no file', { fromFile: 'none' }, 'the file cannot be read (ENOENT)'],
  ])('%s', async (_, reference, words) => {
    const error = await reader()(reference, folder).catch((caught: unknown) => caught);
    expect(String(error)).toContain(words);
    expect(String(error)).toMatch(/the secret of (`sh -c |`no-such|NONE|constructor|none)/);
    const printed = String(error).replace(/`sh -c.*`/s, '');
    expect(inspect({ printed, cause: (error as Error).cause })).not.toContain('hunter2');
  });

  it('a command that does not end is ended, with all that it has started', async () => {
    const script = 'sleep 600 & echo $! > grandchild; wait';
    const limits = { env: process.env, cwd: folder, timeout: 1500 };
    await expect(readCommand(['sh', '-c', script], limits)).rejects.toThrow('within 1500 ms');
    const pid = Number(await readFile(join(folder, 'grandchild'), 'utf8'));
    await expect.poll(() => startTime(pid)).toBe(null);
  });

  it('is not waited for beyond its time when a session of its own holds its output', async () => {
    const script = 'setsid sleep 600 & echo $! > daemon; sleep 600';
    const limits = { env: process.env, cwd: folder, timeout: 1500 };
    await expect(readCommand(['sh', '-c', script], limits)).rejects.toThrow('within 1500 ms');
    endProcess(Number(await readFile(join(folder, 'daemon'), 'utf8')));
  });
});

it('a file is looked for where its section says, so that it is masked as it is read', async () => {
  await writeFile(join(folder, 'below'), TEXT);
  const config = { settings: { cwd: '.', env: { A: { fromFile: 'below' } } } };
  const outer = { provider: { cwd: folder, env: { A: { fromFile: 'below' } } } };
  expect(await secretsIn(config, { env: {}, folder })).toEqual([TEXT]);
  expect(await secretsIn(outer, { env: {}, folder: '/elsewhere' })).toEqual([TEXT]);
});

it('no command is run only to know what to mask', async () => {
  const config = { env: { A: shell(`touch ${join(folder, 'ran')}; echo x`) } };
  expect(await secretsIn(config, { env: {}, folder })).toEqual([]);
});

describe('a pipe in the place of a file with a secret', () => {
  const pipe = async (name: string) => {
    const path = join(folder, name);
    await promisify(execFile)('mkfifo', [path]);
    return path;
  };

  it('is read where somebody writes into it, also late and in pieces', async () => {
    const path = await pipe('written');
    const script = `{ sleep 0.2; printf hunter2; sleep 0.1; echo -hunter2; } > ${path}`;
    spawn('sh', ['-c', script]);
    expect((await reader()({ fromFile: path }, folder)).reveal()).toBe(TEXT);
  });

  it('is not waited for without end where nobody does, or nobody ends it', async () => {
    const path = await pipe('unwritten');
    await expect(secretFile(path, 100)).rejects.toThrow('no end of it within 100 ms');
    const writer = spawn('sh', ['-c', `exec 3> ${path}; printf half >&3; exec sleep 60`]);
    await expect(secretFile(path, 500)).rejects.toThrow('no end of it within 500 ms');
    writer.kill();
  });

  it('does not keep those from going on who only want to mask it', async () => {
    const path = await pipe('forgotten');
    expect(await secretsIn({ fromFile: path }, { env: {}, folder })).toEqual(['']);
  }, 15_000);

  it('may be a device that ends, and is refused as one that does not', async () => {
    expect(await secretFile('/dev/null')).toBe('');
    await expect(secretFile('/dev/zero')).rejects.toThrow('more than 1048576 bytes');
  });
});
