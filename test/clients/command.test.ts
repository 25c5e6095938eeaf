import { expect, it } from 'vitest';
import { runCommand } from '../../src/clients/command.ts';

const limits = { env: { PATH: process.env.PATH }, cwd: '/', signal: new AbortController().signal };
const SECRET = `hush-${'7'.repeat(200)}`;

const fill = (chars: number) => `head -c ${chars} /dev/zero | tr '\\0' x`;

it.each([
  // What is kept at first begins within the secret, and so does what is kept at last.
  [0, 72 * 1024 - 100],
  [9 * 1024, 64 * 1024 - 100],
  [9 * 1024, 64 * 1024 - 204],
])(
  'what a command prints is masked before it is cut, also where the cut goes through a secret: %i, %i',
  async (before, after) => {
    const script = `${fill(before)}; printf %s ${SECRET}; ${fill(after)}`;
    const { code, output } = await runCommand(['sh', '-c', script], {
      ...limits,
      redact: (text) => text.replaceAll(SECRET, '***'),
    });
    expect(code).toBe(0);
    expect(output.length).toBeGreaterThan(50_000);
    expect(output.replaceAll(/[*x]/g, '')).toBe('');
  },
);

it.each([
  [['sh', '-c', 'exit 3'], 3, undefined],
  [['sh', '-c', 'kill -9 $$'], 127, 'was ended by SIGKILL'],
  [['/no/such/program'], 127, 'could not be run (ENOENT)'],
])(
  'how a command ended is told only where its code is not its own: %j',
  async (argv, code, ended) => {
    const ran = await runCommand(argv, limits);
    expect(ran.code).toBe(code);
    expect(ran.ended).toBe(ended);
  },
);

it('a command whose time is over is told so, unless it has done what it was asked', async () => {
  const [late, done] = await Promise.all(
    [4, 0].map((code) =>
      runCommand(['sh', '-c', `trap "exit ${code}" TERM; sleep 30 & wait`], {
        ...limits,
        timeout: 3000,
      }),
    ),
  );
  expect(late).toMatchObject({ code: 4, ended: 'was not finished within 3s' });
  expect(done?.code).toBe(0);
  expect(done?.ended).toBeUndefined();
});
