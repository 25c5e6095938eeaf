import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { canContain, containerNamed, innermost } from './container.ts';
import { RealFixture, type Run } from './fixture.ts';
import { newestIn } from './kills/ground.ts';

/** What is promised from the death of a holder to somebody else acting in its place. */
const HERE = 3000;
const ELSEWHERE = 75_000;

const HELD = join(import.meta.dirname, 'held.yaml');
const HERE_TOO: readonly string[] = ['env'];
const NAMESAKE = containerNamed(hostname());

interface Scene {
  readonly fixture: RealFixture;
  readonly holder: Run;
  readonly id: string;
  /** The pid of the holder, as it is seen here. */
  readonly pid: number;
}

/** `old` is live, and a deployment of `new` stands at 20 %, held by a process behind that. */
async function heldBehind(
  behind: readonly string[],
  { onTestFinished }: TestContext,
): Promise<Scene> {
  const fixture = await RealFixture.make(HELD);
  onTestFinished(() => fixture.remove());
  const first = await fixture.run('deploy', '--release', 'old');
  expect(first.code, `${first.stdout}${first.stderr}`).toBe(0);
  const holder = fixture.startBehind(behind, 'deploy', '--release', 'new', '--output', 'json');
  await holder.when(
    (event) => event.type === 'step-begun' && event.data.step.action.kind === 'hold',
  );
  const pid = innermost(holder.child.pid ?? 0);
  onTestFinished(() => {
    if (holder.isRunning) process.kill(pid, 'SIGKILL');
  });
  return { fixture: fixture, holder, id: (await stateOf(fixture)).id, pid };
}

async function stateOf(fixture: RealFixture) {
  const state = await newestIn(join(fixture.folder, 'state/deployctl/journal'));
  if (!state) throw new Error('nothing is recorded');
  return state;
}

/** Ms from now until somebody else is in the record as the holder. */
async function untilTaken({ fixture, id }: Scene): Promise<number> {
  const began = Date.now();
  const { epoch } = await stateOf(fixture);
  for (;;) {
    const state = await stateOf(fixture);
    if (state.id !== id || state.epoch > epoch) return Date.now() - began;
    if (Date.now() - began > 2 * ELSEWHERE) throw new Error('nobody took over');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.runIf(canContain)('a holder in another container, whose pid means nothing here', () => {
  test.concurrent.for([
    ['of the same name', HERE_TOO, NAMESAKE],
    ['of another name', HERE_TOO, containerNamed('elsewhere')],
    ['of the same name, the other way round', NAMESAKE, HERE_TOO],
  ] as const)(
    '%s is asked to go back, never replaced, while it lives',
    { timeout: 120_000 },
    async ([, from, behind], context) => {
      const scene = await heldBehind(behind, context);
      const { fixture, holder, id } = scene;
      const { epoch } = await stateOf(fixture);
      const status = await fixture.startBehind(from, 'status').ended;
      expect(status.stdout).toContain(`Running deployment ${id}`);
      for (const words of [
        ['deploy', '--release', 'next'],
        ['resume', id],
      ]) {
        const refused = await fixture.startBehind(from, ...words).ended;
        expect(refused, refused.stderr).toMatchObject({ code: 6 });
      }
      const back = await fixture.startBehind(from, 'rollback', id).ended;
      expect(back, back.stderr).toMatchObject({ code: 0 });
      expect((await holder.ended).code).toBe(3);
      expect((await stateOf(fixture)).epoch).toBe(epoch);
      expect((await stateOf(fixture)).ended).toMatchObject({ result: 'rolled-back' });
    },
  );

  test.concurrent('is replaced after the lease when it is dead', {
    timeout: 180_000,
  }, async (context) => {
    const scene = await heldBehind(NAMESAKE, context);
    const { fixture, holder, id, pid } = scene;
    process.kill(pid, 'SIGKILL');
    await holder.ended;
    const taken = untilTaken(scene);
    const back = await fixture.run('rollback', id);
    expect(back, back.stderr).toMatchObject({ code: 0 });
    const took = await taken;
    console.info(`killed elsewhere, taken over after ${(took / 1000).toFixed(1)} s`);
    expect(took).toBeGreaterThan(40_000);
    expect(took).toBeLessThan(ELSEWHERE + (await fixture.anyCommand()));
    expect((await stateOf(fixture)).ended).toMatchObject({ result: 'rolled-back' });
  });
});

test.concurrent('a holder that was killed here is replaced at once', {
  timeout: 60_000,
}, async (context) => {
  const scene = await heldBehind(HERE_TOO, context);
  process.kill(scene.pid, 'SIGKILL');
  const taken = untilTaken(scene);
  const back = await scene.fixture.run('rollback', scene.id);
  expect(back, back.stderr).toMatchObject({ code: 0 });
  const took = await taken;
  console.info(`killed here, taken over after ${took} ms`);
  expect(took).toBeLessThan(HERE + (await scene.fixture.anyCommand()));
});

describe('a holder that was stopped for longer than its lease, and wakes', () => {
  test.concurrent.for([
    ['here', HERE_TOO],
    ['elsewhere', NAMESAKE],
  ] as const)(
    '%s, changes nothing any more and says why',
    { timeout: 180_000 },
    async ([, behind], context) => {
      if (behind === NAMESAKE && !canContain) context.skip('no container can be made here');
      const scene = await heldBehind(behind, context);
      const { fixture, holder, id, pid } = scene;
      process.kill(pid, 'SIGSTOP');
      const taken = untilTaken(scene);
      const back = await fixture.run('rollback', id);
      expect(back, back.stderr).toMatchObject({ code: 0 });
      const took = await taken;
      console.info(`stopped, taken over after ${(took / 1000).toFixed(1)} s`);
      expect(took).toBeLessThan(ELSEWHERE + (await fixture.anyCommand()));
      const { seq } = await stateOf(fixture);
      process.kill(pid, 'SIGCONT');
      const { code, stderr } = await holder.ended;
      expect([code, stderr]).toEqual([6, expect.stringContaining('no longer holds the target')]);
      expect((await stateOf(fixture)).seq).toBe(seq);
      const { observation } = await fixture.status();
      expect(observation.releases.map(({ version }) => version)).toEqual(['old']);
    },
  );
});
