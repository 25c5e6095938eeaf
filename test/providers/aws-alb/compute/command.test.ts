import { describe, expect, test } from 'vitest';
import { programCompute } from '../../../../providers/aws-alb/compute/command.ts';
import type { JsonObject } from '../../../../src/contract/index.ts';

const { signal } = new AbortController();

/** A program that is what `code` says, as node runs it; its last argument is the word. */
function crewOf(code: string, version = 'v2') {
  const run = [process.execPath, '-e', code];
  const spec = { compute: 'command', run, units: 2 } as unknown as JsonObject;
  return {
    release: { id: 'r2', version, artifact: 'a2', spec },
    group: 'arn:group',
    units: 2,
    kept: null,
  };
}

const compute = programCompute({ folder: import.meta.dirname, env: { PATH: '/usr/bin:/bin' } });
const poll = (code: string) => compute.poll(crewOf(code), signal);
const printing = (answer: unknown) =>
  `console.log('begun'); console.log(${JSON.stringify(JSON.stringify(answer))})`;

describe('a program', () => {
  test('is told all in variables and one word, which no shell reads', async () => {
    const version = '$(touch /x); `id` "';
    const code = `console.log(JSON.stringify({ progress: [process.argv.at(-1), process.env.DEPLOYCTL_VERSION, process.env.DEPLOYCTL_RELEASE, process.env.DEPLOYCTL_UNITS, process.env.DEPLOYCTL_GROUP].join('|') }))`;
    const state = await compute.poll(crewOf(code, version), signal);
    expect(state.words).toBe(`poll|${version}|r2|2|arn:group`);
  });

  test('says by its last line where it runs, each place once and in order', async () => {
    const targets = ['10.0.0.2:80', '10.0.0.1:80', '10.0.0.2:80'];
    expect(await poll(printing({ targets }))).toEqual({
      targets: ['10.0.0.1:80', '10.0.0.2:80'],
      failed: null,
      words: null,
    });
    expect(await poll(printing({ failed: 'no image', logs: ['last'] }))).toMatchObject({
      failed: { reason: 'no image', logs: ['last'] },
    });
  });

  test.each([
    ['no JSON', 'console.log("up")'],
    ['nothing', ''],
    ['a place that is none', printing({ targets: ['10.0.0.1:80 evil'] })],
    ['a place without a port', printing({ targets: ['10.0.0.1'] })],
  ])('that answers with %s is refused with what is expected', async (_, code) => {
    await expect(poll(code)).rejects.toMatchObject({
      failure: 'permanent',
      message: expect.stringContaining('where {"targets": ["10.0.1.7:8080"]} is expected'),
    });
  });

  test('that fails is quoted from the beginning of a word: half a secret would not be masked', async () => {
    const code = `console.log('s3cr3t'.repeat(20) + ' ' + 'why '.repeat(90)); process.exit(3)`;
    const error = (await poll(code).catch((caught: Error) => caught)) as Error;
    expect(error).toMatchObject({ failure: 'permanent' });
    expect(error.message).toMatch(/exits with code 3: why why/);
  });

  test('that is ended by others may have done its work', async () => {
    await expect(poll('process.kill(process.pid, "SIGKILL")')).rejects.toMatchObject({
      failure: 'unknown',
    });
  });
});
