import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createCommandSource } from '../../../gates/command/source.ts';
import { asking, clock, readingFrom, subject, to } from '../kit/rig.ts';

const cwd = await mkdtemp(join(tmpdir(), 'command-gate-'));
afterAll(() => rm(cwd, { recursive: true, force: true }));
const readSecret = readingFrom({ BYPASS: 'hush-hush-hush' });
const source = createCommandSource({
  env: { PATH: process.env.PATH, SHOP: 'open' },
  cwd,
  readSecret,
});

const shell = (script: string) => ({ run: ['sh', '-c', script] });
const run = (script: string, signal = new AbortController().signal) =>
  source.measure(asking(shell(script), { signal, reach: to('http://127.0.0.1:1') }));

describe('the command gate', () => {
  it.each([
    ['exit 0 is a yes', 'echo fine', { kind: 'ok', candidate: { value: 1 }, detail: 'fine' }],
    [
      'exit 1 is a no',
      'echo bad >&2; exit 1',
      { kind: 'ok', candidate: { value: 0 }, detail: 'exit 1: bad' },
    ],
    ['exit 75 is no answer', 'exit 75', { kind: 'sourceError', detail: 'exit 75' }],
    [
      'a command that the shell does not find is no answer',
      'no-such-command',
      { kind: 'sourceError' },
    ],
    [
      'a command that is killed is no answer',
      'kill -9 $$',
      { kind: 'sourceError', detail: expect.stringMatching(/^was ended by SIGKILL/) },
    ],
  ])('%s', async (_, script, expected) => {
    expect(await run(script)).toMatchObject(expected);
  });

  it('a program that is not there is no answer', async () => {
    const measurement = await source.measure(asking({ run: ['no-such-program'] }));
    expect(measurement.kind).toBe('sourceError');
    expect(measurement.detail).toMatch(/no-such-program/);
  });

  it('passes arguments as they are, without a shell', async () => {
    const measurement = await source.measure(asking({ run: ['echo', '$HOME; exit 1', '*'] }));
    expect(measurement).toMatchObject({ candidate: { value: 1 }, detail: '$HOME; exit 1 *' });
  });

  it('tells the command whom it is about', async () => {
    const told = '$DEPLOYCTL_DEPLOYMENT $DEPLOYCTL_RELEASE $DEPLOYCTL_VERSION $DEPLOYCTL_TRACK';
    const measurement = await run(`echo ${told} $DEPLOYCTL_ADDRESS $SHOP`);
    expect(measurement.detail).toBe('d1 v42-abc v42 candidate http://127.0.0.1:1 open');
    const stable = asking(shell(`echo ${told} "[$DEPLOYCTL_ADDRESS]"`), {
      subject: { ...subject, track: 'stable' },
    });
    expect((await source.measure(stable)).detail).toBe('d1 v41-abc v41 stable []');
  });

  it('tells the command by which headers the candidate is reached, and shows no secret of them', async () => {
    const headers = { 'x-canary': 'v42', 'x-bypass': { fromEnv: 'BYPASS' } };
    const reach = async () => ({ url: 'http://127.0.0.1:1', headers });
    const script = 'echo "$DEPLOYCTL_HEADERS" > told; cat told';
    const { detail } = await source.measure(asking(shell(script), { reach }));
    expect(detail).toBe('x-canary: v42 x-bypass: ***');
    const told = await readFile(join(cwd, 'told'), 'utf8');
    expect(told).toBe('x-canary: v42\nx-bypass: hush-hush-hush\n');
    expect((await run('echo "[$DEPLOYCTL_HEADERS]"')).detail).toBe('[]');
  });

  it('gives the command no more of the environment than it was given', async () => {
    process.env.DEPLOYCTL_TEST_LEAK = 'leaked';
    onTestFinished(() => {
      delete process.env.DEPLOYCTL_TEST_LEAK;
    });
    expect((await run('echo "[$DEPLOYCTL_TEST_LEAK]"')).detail).toBe('[]');
  });

  it('keeps only the end of a long output', async () => {
    const measurement = await run(
      'head -c 3000000 /dev/zero | tr "\\0" x; echo; echo the end; exit 1',
    );
    expect(measurement.detail).toMatch(/the end$/);
    expect(measurement.detail.length).toBeLessThan(400);
  });

  it('masks what was printed before it is cut: half a secret is not known again', async () => {
    const secret = `hush-${'7'.repeat(600)}`;
    const masking = createCommandSource({
      env: { PATH: process.env.PATH },
      cwd,
      readSecret,
      redact: (text) => text.replaceAll(secret, '***'),
    });
    const { detail } = await masking.measure(asking(shell(`echo ${secret} and the end; exit 1`)));
    expect(detail).toBe('exit 1: *** and the end');
  });

  it('ends the whole process group at the deadline, also those that will not go', async () => {
    const script =
      'trap "" TERM; (trap "" TERM; for i in $(seq 500); do echo alive > heart; sleep 0.02; done) & wait; sleep 30';
    const measurement = await run(script, AbortSignal.timeout(100));
    expect(measurement).toMatchObject({ kind: 'timeout', detail: 'no answer in time' });
    await rm(join(cwd, 'heart'), { force: true });
    await clock.sleep(100);
    await expect(readFile(join(cwd, 'heart'))).rejects.toThrow('ENOENT');
  });

  it('ends descendants that outlive their parent', async () => {
    const script =
      '(trap "" TERM; for i in $(seq 500); do echo alive > heart; sleep 0.02; done) & sleep 30';
    const began = performance.now();
    const measurement = await run(script, AbortSignal.timeout(100));
    expect(measurement.kind).toBe('timeout');
    expect(performance.now() - began).toBeLessThan(9000);
    await rm(join(cwd, 'heart'), { force: true });
    await clock.sleep(100);
    await expect(readFile(join(cwd, 'heart'))).rejects.toThrow('ENOENT');
  });
});
