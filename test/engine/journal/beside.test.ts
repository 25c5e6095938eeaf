import { describe, expect, test } from 'vitest';
import type { Control } from '../../../src/contract/index.ts';
import { drive, sendControl } from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { canonicalJson } from '../../../src/lib/canonical.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { canaryActions, type TestWorld } from '../../helpers/world.ts';
import { another, at, begin, newest, running, servingWorld, TARGET } from '../stage.ts';

const GARBAGE = ['', '{', 'null', '[]', '7', '"abort"', '{}', '<html>', '{"kind":"abort"}', '\0'];

const told = ({ events }: TestWorld) =>
  events.flatMap(({ type, data }) =>
    type === 'notice' ? [(data as { message: string }).message] : [],
  );
const lost = (seq: number) =>
  expect.stringContaining(`(${keys.control(TARGET, seq)}) was unreadable`);

describe('a wish from another terminal that cannot be read', () => {
  test.each(GARBAGE)('is told, and stops nothing: %j', async (text) => {
    const world = servingWorld();
    const work = running(world);
    at(world, 3000, () => world.store.put(keys.control(TARGET, 1), text));
    const ending = await world.clock.run(work);
    expect(ending.result).toBe('succeeded');
    expect(told(world)).toEqual([lost(1)]);
  });

  test('does not keep a later one from being heard', async () => {
    const world = servingWorld();
    const work = running(world);
    at(world, 3000, async () => {
      await world.store.put(keys.control(TARGET, 1), '{');
      const { actor } = world.holder;
      const state = await newest(world);
      if (state) await sendControl(world, state, { kind: 'abort', reason: null, actor });
    });
    const ending = await world.clock.run(work);
    expect(ending.result).toBe('rolled-back');
    expect((await newest(world))?.controlSeq).toBe(2);
  });

  test('is told by whoever takes the deployment over, too', async () => {
    const world = servingWorld();
    const session = await world.clock.run(begin(world));
    await world.store.put(keys.control(TARGET, 1), 'null');
    await world.clock.run(drive(session));
    expect(told(world)).toEqual([lost(1)]);
  });

  test('is not heard as another one, whichever byte of it was flipped', async () => {
    const sent = servingWorld();
    await sent.clock.run(begin(sent, canaryActions));
    const { actor } = sent.holder;
    const state = await newest(sent);
    if (state) await sendControl(sent, state, { kind: 'pause', reason: 'a look', actor });
    const text = (await sent.store.get(keys.control(TARGET, 1))) ?? '';
    const { parseControl } = await import('../../../src/engine/lock/control.ts');
    const whole = canonicalJson(parseControl(text) as Control);
    expect(JSON.parse(whole)).toMatchObject({ kind: 'pause', reason: 'a look' });
    for (let byte = 0; byte < text.length; byte++)
      for (const flip of [1 << (byte % 8), 0xff]) {
        const bytes = Buffer.from(text);
        bytes[byte] = (bytes[byte] ?? 0) ^ flip;
        expect([byte, parseControl(bytes.toString())]).toEqual([byte, null]);
      }
  });

  test.each([
    { actor: null },
    { actor: { name: 7 } },
    { at: 'now' },
    { kind: 'toString' },
    { token: 7 },
    { reason: {} },
  ])('is not heard where it is whole and says nothing that can be one: %j', async (forged) => {
    const { controlText, parseControl } = await import('../../../src/engine/lock/control.ts');
    const actor = { name: 'ada', host: 'desk', url: null };
    const sound: Control = {
      ...{ kind: 'approve', deployment: 'd', actor, at: 1, planHash: 'p', reason: null },
      nonce: 'n',
    } as const;
    expect(parseControl(controlText(sound))).toEqual(sound);
    expect(parseControl(controlText({ ...sound, ...forged } as Control))).toBeNull();
  });

  test('of an older version, which wrote no hash, is heard', async () => {
    const world = servingWorld();
    const work = running(world);
    at(world, 3000, async () => {
      const state = await newest(world);
      const control = {
        kind: 'abort',
        deployment: state?.id,
        actor: world.holder.actor,
        at: 1,
        planHash: state?.plan.hash,
        reason: null,
        nonce: 'n',
      };
      await world.store.create(keys.control(TARGET, 1), JSON.stringify(control));
    });
    expect((await world.clock.run(work)).result).toBe('rolled-back');
  });
});

describe('a sign of life that is garbage', () => {
  test.each(GARBAGE)('is written over by whoever lives: %j', async (text) => {
    const world = servingWorld();
    const work = running(world);
    at(world, 3000, () => world.store.put(keys.heartbeat(TARGET), text));
    expect((await world.clock.run(work)).result).toBe('succeeded');
    expect(await world.store.get(keys.heartbeat(TARGET))).toContain('"beat"');
  });
});

describe('a record that is garbage, where the holder would write its next one', () => {
  test.each(GARBAGE)('stops it in words, and is not written over: %j', async (text) => {
    const world = servingWorld();
    const work = running(world);
    let key = '';
    at(world, 3000, async () => {
      key = keys.record(TARGET, ((await newest(world))?.seq ?? 0) + 1);
      await world.store.put(key, text);
    });
    await expect(world.clock.run(work)).rejects.toMatchObject({ code: 'journal-damaged', exit: 4 });
    expect(await world.store.get(key)).toBe(text);
  });

  test('stops it within a beat, however long the present step would wait', async () => {
    const world = servingWorld();
    const [start, half] = canaryActions;
    const long = { kind: 'hold', duration: 3_600_000, extension: 0 } as const;
    const work = running(world, [start, half, long]);
    at(world, 20_000, async () => {
      const seq = ((await newest(world))?.seq ?? 0) + 1;
      await world.store.put(keys.record(TARGET, seq), '{');
    });
    await expect(world.clock.run(work)).rejects.toMatchObject({ code: 'journal-damaged' });
    expect(world.clock.monotonic()).toBeLessThan(60_000);
  });
});

test('a journal that is begun anew on the same platform is not refused as an older one', async () => {
  const world = servingWorld();
  await world.clock.run(running(world));
  await world.clock.run(world.clock.sleep(60_000));
  const anew = another(world, { store: createMemoryStore() });
  const fence = world.platform.fence;
  const session = await anew.clock.run(begin(anew));
  expect(session.state.epoch).toBeGreaterThan(fence);
});
