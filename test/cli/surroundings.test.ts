import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configFile } from '../../src/cli/target/config-file.ts';
import { findConfig } from '../../src/config/source/find.ts';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

async function listening(server: Server): Promise<{ server: Server; port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('doctor', () => {
  test('is content with a healthy target', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('healthy'));
    await fixture.run('deploy --release v1');
    const { code, stdout } = await fixture.run('doctor');
    const fine = [...stdout.matchAll(/^✔ (\w+)/gm)].map(([, what]) => what);
    expect(fine).toEqual([
      'node',
      'folders',
      'config',
      'journal',
      'records',
      'clock',
      'provider',
      'service',
    ]);
    expect(stdout).toContain('chain intact');
    expect(code).toBe(0);
  });

  test('names the record that was changed', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('damaged'));
    await fixture.run('deploy --release v1');
    await fixture.run('deploy --release v2');
    const targets = join(fixture.state, 'deployctl/journal/targets');
    const log = join(targets, readdirSync(targets)[0] ?? '', 'log');
    const file = join(log, '0000000003');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"at":1', '"at":2'));
    const { code, stdout } = await fixture.run('doctor');
    expect(stdout).toMatch(/✖ records of damaged-\w+: Record 3 of the log/);
    expect(code).toBe(1);
  });

  test('tells what is wrong with the config and with the journal, and what to do', async () => {
    fixture.write('deploy.config.yaml', 'service: 5').write('file', '');
    const { code, stdout } = await fixture.run(`doctor --store ${fixture.folder}/file`);
    expect(stdout).toContain('✖ config: deploy.config.yaml has');
    expect(stdout).toContain('✖ journal: ');
    expect(code).toBe(1);
  });

  test('tells who has the port', async () => {
    const { server, port } = await listening(createServer());
    fixture.write(
      'deploy.config.yaml',
      `service: porty\nstrategy: canary\nprovider: { local: { command: [x], edge: { port: ${port} } } }\n`,
    );
    const { code, stdout } = await fixture.run('doctor');
    server.close();
    expect(stdout).toContain(`✖ port ${port}: taken by pid ${process.pid}`);
    expect(code).toBe(1);
  });
});

describe('analyze', () => {
  const gates = (server: string) => `\
canary: { duration: 0s, bake: 0s, stages: [10%, 100%] }
gates:
  up: { http: { url: "${server}/up" }, interval: 100ms }
  down: { http: { url: "${server}/down" }, interval: 100ms }
  silent: { command: [sleep, "5"], interval: 100ms, timeout: 5s }`;

  test('exits 0, 3 or 5 as the gates pass, fail or cannot tell', async () => {
    const answering = createServer((request, response) => {
      response.writeHead(request.url === '/up' ? 200 : 500).end();
    });
    const { server, port } = await listening(answering);
    fixture.write(
      'deploy.config.yaml',
      memoryConfig('analyzed', gates(`http://127.0.0.1:${port}`)),
    );
    expect((await fixture.run('analyze --gate up')).code).toBe(2);
    expect(await fixture.run('deploy --release v1')).toMatchObject({ code: 0 });
    expect(await fixture.run('analyze --gate up')).toMatchObject({ code: 0 });
    const failing = await fixture.run('analyze --gate up --gate down --output json');
    expect(JSON.parse(failing.stdout)).toMatchObject({
      version: 'v1',
      gates: [
        { gate: 'up', verdict: 'pass' },
        { gate: 'down', verdict: 'fail' },
      ],
    });
    expect(failing.code).toBe(3);
    expect(await fixture.run('analyze --gate silent --for 300ms')).toMatchObject({ code: 5 });
    expect((await fixture.run('analyze --gate dwon')).stderr).toContain('Did you mean down?');
    server.close();
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('for %s reads as it did', async (shell) => {
    const { stdout, code } = await fixture.run(`completion ${shell}`);
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`../golden/completion.${shell}`);
  });

  test('for bash is a script that bash takes, and completes verbs, options and choices', async () => {
    const { stdout } = await fixture.run('completion bash');
    const ask = (...words: string[]) => {
      const last = words.length - 1;
      const line = `COMP_WORDS=(${words.map((word) => `"${word}"`).join(' ')}); COMP_CWORD=${last}; _deployctl; echo "\${COMPREPLY[@]}"`;
      const ran = spawnSync('bash', ['-c', `${stdout}\n${line}`], { encoding: 'utf8' });
      expect(ran.stderr).toBe('');
      return ran.stdout.trim();
    };
    expect(ask('deployctl', 'ro')).toBe('rollback');
    expect(ask('deployctl', 'deploy', '--sup')).toBe('--supersede');
    expect(ask('deployctl', 'deploy', '--supersede', 'q')).toBe('queue');
    expect(ask('deployctl', 'deploy', '-o', 'j')).toBe('json');
    expect(ask('deployctl', 'completion', 'f')).toBe('fish');
  });

  test('for bash asks for what is in the journal, where the line says', async () => {
    const { stdout } = await fixture.run('completion bash');
    const ask = (line: string) => {
      const words = [...line.split(' ').map((word) => `"${word}"`)];
      const typed = `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}`;
      const echo = `deployctl() { printf '%s\\tabout\\n' "$*"; }`;
      const ran = spawnSync(
        'bash',
        ['-c', `${stdout}\n${echo}\n${typed}; _deployctl; printf '%s\\n' "\${COMPREPLY[@]}"`],
        { encoding: 'utf8' },
      );
      expect(ran.stderr).toBe('');
      return ran.stdout.trim().replaceAll('\n', ' ');
    };
    expect(ask('deployctl rollback k3')).toBe('__complete --of deployments -- k3');
    expect(ask('deployctl rollback --to ')).toBe('__complete --of releases --');
    expect(ask('deployctl status --service w')).toBe('__complete --of services -- w');
    expect(ask('deployctl rollback --service web --yes -e prod --to v')).toBe(
      '__complete --of releases --service web -e prod -- v',
    );
    expect(ask('deployctl analyze --to 1')).toBe('');
    expect(ask('deployctl init --service w')).toBe('');
  });

  test('knows services, and what one can go back to in the one that is meant', async () => {
    for (const service of ['first', 'second']) {
      fixture.write('deploy.config.yaml', memoryConfig(service));
      expect((await fixture.run('deploy --release v1')).code).toBe(0);
    }
    expect((await fixture.run('deploy --release w-2')).code).toBe(0);
    const look = async (line: string) =>
      (await fixture.run(`__complete ${line}`)).stdout
        .trim()
        .split('\n')
        .map((told) => told.split('\t')[0]);
    expect((await look('--of services')).sort()).toEqual(['first', 'second']);
    expect(await look('s --of services')).toEqual(['second']);
    const here = await look('--of releases');
    expect(here).toEqual(['w-2', 'v1', ...(await look(''))]);
    expect(await look('w- --of releases')).toEqual(['w-2']);
    expect(await look('w- --of releases --service first')).toEqual(['']);
    expect(await look('--service first')).toHaveLength(1);
  });

  test('knows deployments by the beginning of their id, and never complains', async () => {
    expect(await fixture.run('__complete x')).toEqual({ code: 0, stdout: '', stderr: '' });
    fixture.write('deploy.config.yaml', memoryConfig('completed'));
    await fixture.run('deploy --release v1');
    const { stdout } = await fixture.run('__complete');
    expect(stdout).toMatch(/^[a-z0-9]{8}\tcanary of v1 to completed\n$/);
    expect((await fixture.run(`__complete ${stdout.slice(0, 3)}`)).stdout).toBe(stdout);
  });
});

describe('the config of a folder', () => {
  test.each([
    ['none', []],
    ['yaml', ['deploy.config.yaml']],
    ['a parent', ['../deploy.config.yml']],
    ['package.json', ['package.json']],
    ['the nearer one', ['package.json', '../deploy.config.yaml']],
    ['the first of several', ['deploy.config.json', 'deploy.config.yaml']],
  ])('is found without the loader where the loader finds it: %s', async (_, files) => {
    fixture.write('.git/HEAD', '').write('inner/other.txt', '');
    const text = '{"service":"s","deploy":{}}';
    for (const file of files) fixture.write(join('inner', file), text);
    const folder = join(fixture.folder, 'inner');
    expect(await configFile(folder)).toBe(await findConfig(folder).catch(() => null));
  });

  test('is asked again when its text or a variable in it changes', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('memo-one'));
    const status = async (env = {}) => (await fixture.run('status', { env })).stdout;
    expect(await status()).toContain('memo-one');
    expect(await status()).toContain('memo-one');
    fixture.write('deploy.config.yaml', memoryConfig(`memo-\${env.NAME}`, 'allowEnv: [NAME]'));
    expect(await status({ NAME: 'two' })).toContain('memo-two');
    expect(await status({ NAME: 'three' })).toContain('memo-three');
  });
});
