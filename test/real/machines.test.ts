import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canContain, innermost, machineWithId } from './container.ts';
import { RealFixture } from './fixture.ts';
import { newestIn } from './kills/ground.ts';
import { Machine } from './machines/machine.ts';

describe.runIf(canContain)(
  'two machines of the same name with nothing but a store between them',
  () => {
    let shared: string;
    let one: Machine;
    let two: Machine;

    beforeEach(async () => {
      shared = mkdtempSync(join(tmpdir(), 'deployctl-machines-'));
      one = new Machine(shared, 'one');
      two = new Machine(shared, 'two');
      expect(await one.run('deploy', '--release', 'v0')).toMatchObject({ code: 0 });
    });
    afterEach(() => rmSync(shared, { recursive: true }));

    const newest = async () => {
      const state = await newestIn(join(shared, 'journal'));
      if (!state) throw new Error('nothing is recorded');
      return state;
    };
    /** The fence of each change, in the order in which they took effect. */
    const fences = () =>
      readFileSync(join(shared, 'applied'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => Number(line.split(' ')[0]));

    test('that deploy at the same moment: one has the target at a time, the other is refused or comes after', {
      timeout: 120_000,
    }, async () => {
      const seen = new Set<string>();
      for (let round = 1; round <= 6; round++) {
        const runs = [one, two].map((machine, n) =>
          machine.run('deploy', '--release', `v${round}-${n}`),
        );
        const ended = await Promise.all(runs);
        const codes = ended.map(({ code }) => code);
        expect([0, 6], JSON.stringify(ended)).toEqual(expect.arrayContaining(codes));
        expect(codes).toContain(0);
        seen.add(codes.toSorted().join());
        expect((await newest()).ended).toMatchObject({ result: 'succeeded' });
      }
      expect([...seen]).toContain('0,6');
      expect(fences()).toEqual(fences().toSorted((a, b) => a - b));
    });

    test('see the same in status, and the one can ask the other to go back', {
      timeout: 120_000,
    }, async () => {
      one.configure('10m');
      const first = one.start('deploy', '--release', 'v1', '--output', 'json');
      await first.when(
        (event) => event.type === 'step-begun' && event.data.step.action.kind === 'hold',
      );
      const { id, epoch } = await newest();
      for (const machine of [one, two]) {
        const { stdout } = await machine.run('status');
        expect(stdout).toContain(`Running deployment ${id}`);
      }
      const back = await two.run('rollback', id);
      expect(back, back.stderr).toMatchObject({ code: 0 });
      expect((await first.ended).code).toBe(3);
      expect(await newest()).toMatchObject({ epoch, ended: { result: 'rolled-back' } });
    });

    test('go on for each other: what the one was interrupted in, the other resumes', {
      timeout: 120_000,
    }, async () => {
      one.configure('10m');
      const first = one.start('deploy', '--release', 'v1', '--output', 'json');
      await first.when(
        (event) => event.type === 'step-begun' && event.data.step.action.kind === 'hold',
      );
      process.kill(innermost(first.child.pid ?? 0), 'SIGTERM');
      expect((await first.ended).code).toBe(143);
      const { id } = await newest();
      expect(await two.run('deploy', '--release', 'v2')).toMatchObject({ code: 6 });
      expect(await two.run('rollback', id)).toMatchObject({ code: 0 });
      expect((await newest()).ended).toMatchObject({ result: 'rolled-back' });
    });
  },
);

test('a target that is processes of one machine is refused from another, in words', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const fixture = await RealFixture.make();
  onTestFinished(() => fixture.remove());
  const store = `file://${join(fixture.folder, 'shared')}`;
  const first = await fixture.run(
    'deploy',
    '--release',
    'old',
    '--set',
    'gates.errors.advisory=true',
    '--store',
    store,
  );
  expect(first, first.stderr).toMatchObject({ code: 0 });
  const { id, seq } = (await newestIn(join(fixture.folder, 'shared'))) ?? {};
  const elsewhere = machineWithId('9f1c0000000000000000000000000001');
  for (const command of ['rollback', 'resume']) {
    const refused = await fixture.startBehind(elsewhere, command, id ?? '', '--store', store).ended;
    const words = expect.stringMatching(/its machine is \w+, here it is 9f1c0000/);
    expect([refused.code, refused.stderr]).toEqual([7, words]);
  }
  expect((await newestIn(join(fixture.folder, 'shared')))?.seq).toBe(seq);
  expect((await fetch(fixture.url)).status).toBe(200);
});
