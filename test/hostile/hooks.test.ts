import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/clients/command.ts';
import { startTime } from '../../src/lib/process-life.ts';
import { endProcess } from '../helpers/end-process.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;

/** A folder of its own: most hooks here wait for a time limit, and they wait side by side. */
class Place {
  readonly cwd = mkdtempSync(join(tmpdir(), 'deployctl-hooks-'));

  constructor() {
    folders.push(this.cwd);
  }

  run(script: string, options: { timeout?: number; signal?: AbortSignal } = {}) {
    const { cwd } = this;
    return runCommand(['sh', '-c', script], { env: process.env, cwd, signal: never, ...options });
  }

  /** What was started by what was started. */
  grandchild(): number {
    return Number(readFileSync(join(this.cwd, 'pid'), 'utf8'));
  }
}
const run: Place['run'] = (script, options) => new Place().run(script, options);

const STUBBORN = [
  ['waits for it', 'sleep 600 & echo $! > pid; wait'],
  ['has gone before it', 'sleep 600 & echo $! > pid; exit 0'],
  ['and it ignores the polite signal', `(trap '' TERM; sleep 600) & echo $! > pid; wait`],
  [
    'and it ignores that, and holds no output',
    `(trap '' TERM; sleep 600; sleep 600) > /dev/null 2>&1 & echo $! > pid; wait`,
  ],
  [
    'and ignores the polite signal itself',
    `trap '' TERM; sleep 600 & echo $! > pid; wait; wait; sleep 600`,
  ],
] as const;

describe.concurrent('nothing is left of what a hook has started, whose own command', () => {
  it.for(STUBBORN)('%s: when its time is over', async ([, script], { expect }) => {
    const place = new Place();
    const { code } = await place.run(script, { timeout: 1500 });
    await expect.poll(() => startTime(place.grandchild())).toBe(null);
    expect(code === 0).toBe(script.includes('exit 0'));
  });

  it.for(STUBBORN)('%s: when the deployment wants an end', async ([, script], { expect }) => {
    const place = new Place();
    const end = new AbortController();
    const ended = place.run(script, { signal: end.signal });
    await expect.poll(() => place.grandchild()).toBeGreaterThan(0);
    end.abort();
    await ended;
    await expect.poll(() => startTime(place.grandchild())).toBe(null);
  });
});

describe.concurrent('a hook that leaves behind in a session of its own what holds its output', () => {
  const left = 'setsid sleep 600 & echo $! > pid; echo started';
  const places: Place[] = [];
  afterAll(() => {
    for (const place of places) endProcess(place.grandchild());
  });
  const opened = () => {
    const place = new Place();
    places.push(place);
    return place;
  };

  it.each([
    ['ends itself', left, 0],
    ['goes on', `${left}; sleep 600`, 127],
  ])('and %s is not waited for beyond its time', async (_, script, expected) => {
    const { code, output } = await opened().run(script, { timeout: 1500 });
    expect({ code, begin: output.slice(0, 7) }).toEqual({ code: expected, begin: 'started' });
  });

  it('is not waited for when the deployment wants an end', async ({ expect }) => {
    const place = opened();
    const end = new AbortController();
    const ended = place.run(`${left}; sleep 600`, { signal: end.signal });
    await expect.poll(() => place.grandchild()).toBeGreaterThan(0);
    end.abort();
    expect((await ended).code).toBe(127);
  });
});

describe('a hook', () => {
  it('that prints megabytes is kept to the end of them, and takes no more memory', async () => {
    const before = process.memoryUsage().rss;
    const { code, output } = await run(`head -c 40000000 /dev/zero | tr '\\0' x; echo end`);
    expect({ code, length: output.length, end: output.slice(-5) }).toEqual({
      code: 0,
      length: 64 * 1024,
      end: 'xend\n',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('that loops busily is ended at its time', async () => {
    const { code, output, ended } = await run('while :; do :; done', { timeout: 300 });
    expect({ code, ended }).toEqual({ code: 127, ended: 'was not finished within 300ms' });
    expect(output).toContain('not finished within 300 ms');
  });

  it.each([
    ['by a signal', 'kill -9 $$', 'was ended by SIGKILL'],
    ['by its time, with a code of its own', `trap 'exit 9' TERM; sleep 60 & wait`, 'within 300ms'],
  ])('that is ended %s says so', async (_, script, words) => {
    expect((await run(script, { timeout: 300 })).ended).toContain(words);
  });

  it.each(['exit 127', 'exit 1', 'exit 0'])(
    'that ends itself has no more to say: %s',
    async (script) => {
      expect(await run(script, { timeout: 5000 })).not.toHaveProperty('ended');
    },
  );

  it('that prints what is no text is told as text', async () => {
    const { output } = await run(`printf '\\377\\376\\000a\\303'`);
    expect(output).toBe('\ufffd\ufffd\u0000a\ufffd');
  });

  it('that is not there has failed, in words', async () => {
    const limits = { env: process.env, cwd: new Place().cwd, signal: never };
    const { code, output, ended } = await runCommand(['no-such-program'], limits);
    expect({ code, ended }).toEqual({ code: 127, ended: 'could not be run (ENOENT)' });
    expect(output).toContain('ENOENT');
  });
});
