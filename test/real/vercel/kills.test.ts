import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bed, startBed } from '../../beds/vercel/bed.ts';
import { VercelDesk } from './desk.ts';

let bed: Bed;
let desk: VercelDesk;
beforeEach(async () => {
  bed = await startBed();
  desk = new VercelDesk(bed);
  await desk.write('v1').run('deploy --yes --release v1');
  expect(await desk.visit()).toBe('v1');
});
afterEach(async () => {
  const told = bed.violations();
  desk.remove();
  await bed.close();
  expect(told).toEqual([]);
});

const WRITES = [
  'POST /v2/files',
  'POST /v13/deployments',
  'POST /v10/projects/{projectId}/promote/{deploymentId}',
];
const POINTS = WRITES.flatMap((on) => [false, true].map((effect) => ({ on, effect, after: 0 })));
/** The first call to create only asks which files are missing. */
const ALL = [...POINTS, { on: 'POST /v13/deployments', effect: true, after: 1 }];

describe.each(ALL)('killed at $on (after $after, effect $effect)', ({ on, effect, after }) => {
  it.each([
    ['resume', 'v2'],
    ['rollback --yes', 'v1'],
    ['deploy --yes --release v2', 'v2'],
  ])('%s ends with %s, built once', async (line, version) => {
    bed.platform.troubles.add({ on, effect, after, answer: 'cut' });
    expect(await desk.write('v2').killedAtCut('deploy --yes --release v2')).toBe(true);
    const { code, said } = await desk.run(line);
    expect([0, 3], said).toContain(code);
    expect(await desk.visit(), said).toBe(version);
    // A deployment that unwinds first takes away what never served, and builds it again.
    if (line.startsWith('deploy')) return;
    const made = bed.calls.filter(
      ({ name, status, body }) =>
        name === 'POST /v13/deployments' && status === 200 && JSON.stringify(body).includes('"v2"'),
    );
    const lost = effect && on === 'POST /v13/deployments' && after === 1 ? 1 : 0;
    expect(made.length + lost).toBeLessThanOrEqual(1);
    expect((await desk.run('status')).code).toBe(0);
  });
});
