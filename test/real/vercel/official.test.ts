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

  /** What it does in the middle of a hold of ours, and what becomes of ours. */
  const ACTS_OF_OTHERS: readonly {
    readonly act: string;
    readonly strategy?: string;
    readonly lines: (seen: Seen) => readonly string[];
    readonly ends: number;
    readonly says: (seen: Seen) => string;
  }[] = [
    {
      act: 'promotes another deployment',
      lines: ({ other }) => [`promote ${other} --yes`],
      ends: 7,
      says: ({ other }) => `found {"production":"${other}"}`,
    },
    {
      act: 'rolls back',
      lines: ({ first }) => [`rollback ${first} --yes`],
      ends: 7,
      says: ({ first }) => `found {"production":"${first}"}`,
    },
    {
      act: 'pushes files to production',
      lines: () => ['deploy --prod --yes'],
      ends: 7,
      says: () => 'found {"production":"dpl_',
    },
    {
      act: 'leads one domain elsewhere',
      lines: ({ firstUrl, domain }) => [`alias set ${firstUrl} ${domain}`],
      ends: 7,
      says: ({ first, domain }) => `1 of 2 domains are there: ${domain} leads to ${first}`,
    },
    {
      act: 'removes ours',
      lines: ({ own }) => [`remove ${own} --yes`],
      ends: 3,
      says: () => 'has no deployment at Vercel any more',
    },
    {
      act: 'makes a preview, stages another, and configures rolling releases',
      lines: () => [
        'deploy --yes',
        'deploy --prod --skip-domain --yes',
        'rr configure --enable --advancement-type=manual-approval --stage=20',
      ],
      ends: 0,
      says: () => 'v2 is live',
    },
    {
      act: 'aborts its rolling release',
      strategy: 'canary',
      lines: ({ first }) => [`rr abort --dpl ${first}`],
      ends: 7,
      says: () => 'no rolling release is under way',
    },
  ];

  interface Seen {
    /** In production before, of others, and ours. */
    readonly first: string;
    readonly other: string;
    readonly own: string;
    readonly firstUrl: string;
    readonly domain: string;
  }

  it.each(ACTS_OF_OTHERS)(
    'that $act in the middle of a hold: ours ends with $ends',
    async ({ strategy = 'blue-green', lines, ends, says }) => {
      official.write('index.html', 'of others');
      const fixture = new VercelFixture(bed);
      const { project } = bed.platform;
      const hold = ends === 0 ? '15s' : '60s';
      try {
        await fixture.write('v1').run('deploy --yes --release v1');
        const first = project.production ?? '';
        const other = await create(bed, 'v9');
        const { ended, said: soFar } = fixture
          .write('v2', { bake: hold, hold, strategy })
          .start('deploy --yes --release v2');
        const holds = strategy === 'canary' ? 'watch 10 %' : 'bake v2';
        await expect.poll(soFar, { timeout: 60_000 }).toContain(holds);
        const seen = {
          first,
          other,
          own: [...project.deployments.keys()].at(-1) ?? '',
          firstUrl: project.deployments.get(first)?.host ?? '',
          domain: project.domains[0]?.name ?? '',
        };
        for (const { code, said } of await Promise.all(
          lines(seen).map((line) => official.run(line)),
        ))
          expect(code, said).toBe(0);
        const end = await ended;
        expect([end.code, end.said]).toEqual([ends, expect.stringContaining(says(seen))]);
        expect((await fixture.visit()) === 'v2').toBe(ends === 0);
      } finally {
        fixture.remove();
      }
    },
    120_000,
  );
});
