import { expect, test } from 'vitest';
import type { Measurement, MeasureRequest } from '../../../src/contract/index.ts';
import { canaryActions, v1, v2, yes } from '../../helpers/world.ts';
import { type Actions, running, servingWorld, tampered } from '../stage.ts';

const hold = { kind: 'hold', duration: 5000, extension: 0, watch: ['probe'] } as const;
const [start] = canaryActions;
const preflight = { kind: 'check', gates: ['probe'], release: null } as const;

/** A deployment whose gate does this, and the ways that were opened for it and not closed again. */
async function asking(
  actions: Actions,
  ask: (request: MeasureRequest) => Promise<Measurement>,
  world = servingWorld(),
) {
  const open = new Set<string>();
  let opened = 0;
  const { access } = world.provider;
  if (!access) throw new Error('the memory platform has ways to its releases');
  tampered(world, {
    access: {
      ...access,
      reach: async (...wanted) => {
        const reach = await access.reach(...wanted);
        opened += 1;
        const name = `${opened}: ${reach?.url}`;
        open.add(name);
        return reach && { ...reach, close: async () => void open.delete(name) };
      },
    },
  });
  Object.assign(world, { source: () => ({ measure: ask }) });
  const ending = await world.clock.run(running(world, actions));
  return { world, ending, open: [...open], opened };
}

test('what opens one release leads there, and what opens the service leads where users come', async () => {
  const urls = new Set<string>();
  await asking([start, hold], async ({ reach }) => {
    urls.add(`asked ${(await reach())?.url}`).add(`service ${(await reach('service'))?.url}`);
    return yes;
  });
  expect([...urls].sort()).toEqual([
    expect.stringMatching(new RegExp(`^asked .*/${v2.id}$`)),
    expect.stringMatching(/^service .*\/$/),
  ]);
});

test('a check before the first change asks where users come, about what serves them', async () => {
  const asked: unknown[] = [];
  await asking([preflight, ...canaryActions], async ({ subject, reach }) => {
    if (subject.track === 'stable') asked.push([(await reach())?.url, subject.candidate.id]);
    return yes;
  });
  expect(asked).toEqual([[expect.stringMatching(/\/$/), v1.id]]);
});

test('no way stays open behind a measurement, however it ends', async () => {
  let asked = 0;
  const { open, opened } = await asking([start, hold], async ({ reach }) => {
    asked += 1;
    await Promise.all([reach(), reach('service')]);
    if (asked % 3 === 1) throw new Error('connection refused');
    return yes;
  });
  expect(opened).toBe(2 * asked);
  expect(asked).toBeGreaterThan(2);
  expect(open).toEqual([]);
});

test('a platform that is away for a moment takes no labels away', async () => {
  const world = servingWorld();
  const { observe } = world.provider;
  let away = false;
  tampered(world, {
    observe: async () => {
      if (away) throw new Error('ECONNRESET');
      return { ...(await observe()), labels: { route: 'web' } };
    },
  });
  const seen: unknown[] = [];
  const look = async ({ labels }: MeasureRequest) => {
    const first = await labels();
    away = true;
    // Readings are shared for this long.
    await world.clock.sleep((await observe()).capabilities.timing.poll + 1);
    seen.push(first, await labels());
    away = false;
    return yes;
  };
  await asking([start, hold], look, world);
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.every((one) => JSON.stringify(one).includes('"route":"web"'))).toBe(true);
});
