import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/contract/index.ts';
import { Bed, begun, expectEnd } from './bed.ts';
import { onGateway, ownHost } from './ground.ts';

const STRATEGIES = [
  ['canary', { host: ownHost('canary.kills.test') }],
  ['blue-green', {}],
  ['rolling', {}],
] as const;

/** Ms after the begin of a step: before anything is sent, when it was sent, when the platform is at it. */
const MOMENTS = [0, 300, 900];
const WAYS = ['resume', 'rollback'] as const;
/** Each step is left by going on and by going back; in a hurry, the first of each kind by one of them in turn. */
const isThorough = process.env.DEPLOYCTL_TEST_KILLS === 'all';

onGateway('killed at each of its steps, and taken up where there is only a kubeconfig', () => {
  describe.concurrent.each(STRATEGIES)('%s', (strategy, more) => {
    test('no request fails, and it ends as it should', { timeout: 1_200_000 }, async () => {
      const bed = await Bed.make({ strategy, ...more });
      try {
        const ids = await stepsOf(bed);
        const cases = ids.flatMap((id, index) =>
          WAYS.filter((_, turn) => isThorough || turn === index % 2).map((way) => ({ id, way })),
        );
        expect(cases.length).toBeGreaterThan(4);
        let live = 'v1';
        for (const [index, { id, way }] of cases.entries()) {
          const version = `v${index + 2}`;
          const run = bed.deploy(version);
          await begun(run, new RegExp(`^${id}$`));
          await pause(MOMENTS[index % MOMENTS.length]);
          run.child.kill('SIGKILL');
          const about = `${way} after a kill in ${id}`;
          expect({ about, signal: (await run.ended).signal }).toEqual({ about, signal: 'SIGKILL' });
          await expectEnd(bed.elsewhere(way), 0, about);
          if (way === 'resume') live = version;
          await bed.expectOnly(live);
        }
      } finally {
        await bed.close();
      }
    });
  });
});

async function stepsOf({ shop }: Bed): Promise<readonly string[]> {
  const file = join(shop.folder, 'plan.json');
  const { code, stderr } = await shop.run('plan', '--out', file);
  expect(code, stderr).toBe(0);
  const plan = JSON.parse(await readFile(file, 'utf8')) as { steps: readonly Step[] };
  const kinds = plan.steps.map(({ action }) => action.kind);
  const steps = plan.steps.filter(
    ({ action }, at) => isThorough || kinds.indexOf(action.kind) === at,
  );
  return steps.map(({ id }) => id);
}
