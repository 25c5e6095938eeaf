import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bed, startBed } from '../../beds/vercel/bed.ts';
import { create } from '../../beds/vercel/client.ts';
import {
  ACTS,
  type Act,
  changesIn,
  type GoldenRequest,
  PREBUILT,
  readyToRoll,
} from '../../beds/vercel/golden/request.ts';
import { VercelFixture } from './fixture.ts';
import { hasOfficial, OfficialClient } from './official.ts';

const FILE = join(import.meta.dirname, '../../beds/vercel/golden/requests.json');

let bed: Bed;
let official: OfficialClient;
beforeEach(async () => {
  bed = await startBed();
  official = new OfficialClient(bed);
});
afterEach(async () => {
  const told = bed.violations();
  official.remove();
  await bed.close();
  expect(told).toEqual([]);
});

/** Whether it says that it succeeded, and what it has sent for it. */
async function sent(
  line: string,
  roles: Readonly<Record<string, string>> = {},
): Promise<readonly GoldenRequest[]> {
  const from = bed.calls.length;
  const { code, said } = await official.run(line);
  expect(code, said).toBe(0);
  return changesIn(bed.calls.slice(from), { ...roles, [bed.platform.project.id]: 'PROJECT' });
}

describe.runIf(hasOfficial)("Vercel's own command line", () => {
  it('does all of its acts at the bed, by the requests that are recorded', async () => {
    for (const [name, text] of Object.entries(PREBUILT)) official.write(name, text);
    const base = await create(bed, 'v1');
    bed.platform.point(base, 'promote');
    const canary = await create(bed, 'v2');
    const roles = { [base]: 'BASE', [canary]: 'CANARY' };
    const recorded: Partial<Record<Act, readonly GoldenRequest[]>> = {
      deploy: await sent('deploy --prebuilt --prod --skip-domain --yes --meta mark=own', roles),
      promote: await sent(`promote ${canary} --yes`, roles),
      'roll back': await sent(`rollback ${base} --yes`, roles),
    };
    readyToRoll(bed);
    recorded['start a rolling release'] = await sent(`rr start --dpl ${canary} --yes`, roles);
    recorded['approve a stage'] = await sent(
      `rr approve --dpl ${canary} --currentStageIndex 0`,
      roles,
    );
    recorded['complete a rolling release'] = await sent(`rr complete --dpl ${canary}`, roles);
    bed.platform.point(base, 'rollback');
    readyToRoll(bed);
    await sent(`rr start --dpl ${canary} --yes`, roles);
    recorded['abort a rolling release'] = await sent(`rr abort --dpl ${base}`, roles);
    if (process.env.RECORD) writeFileSync(FILE, `${JSON.stringify(recorded, null, 2)}\n`);
    expect(Object.keys(recorded).sort()).toEqual([...ACTS].sort());
    expect(recorded).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
  });

  it.each([
    ['promotes another deployment', (other: string) => `promote ${other} --yes`],
    ['rolls back', (_: string, first: string) => `rollback ${first} --yes`],
    ['pushes files to production', () => 'deploy --prod --yes'],
  ])('stops a deployment of ours when it %s in the middle of a hold', async (_, line) => {
    official.write('index.html', 'of others');
    const fixture = new VercelFixture(bed);
    try {
      await fixture.write('v1').run('deploy --yes --release v1');
      const first = bed.platform.project.production ?? '';
      const other = await create(bed, 'v9');
      const { ended, said: soFar } = fixture
        .write('v2', { bake: '60s' })
        .start('deploy --yes --release v2');
      await expect.poll(soFar, { timeout: 60_000 }).toContain('bake v2');
      const { code, said } = await official.run(line(other, first));
      expect(code, said).toBe(0);
      const end = await ended;
      expect([end.code, end.said]).toEqual([7, expect.stringContaining('expected')]);
      expect(await fixture.visit()).not.toBe('v2');
    } finally {
      fixture.remove();
    }
  });
});
