import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/contract/index.ts';
import { asking } from '../../helpers/calls.ts';
import { LocalFixture } from './fixture.ts';

let fixture: LocalFixture;
afterEach(() => fixture.close());

/** It exits at once until `mend` is called, and is left alone for long after each crash. */
async function brittle(version: string, replicas: number) {
  const marker = join(fixture.folder, `${version}-works-now`);
  const script = `if (!require('fs').existsSync(${JSON.stringify(marker)})) process.exit(3);
    require('http').createServer((q, r) => r.end()).listen(process.env.PORT)`;
  const release = await fixture.release(version, {
    command: [process.execPath, '-e', script],
    replicas,
    restart: { backoff: 50, max: 60_000 },
  });
  return { release, mend: () => writeFileSync(marker, '') };
}

const start = (release: Awaited<ReturnType<typeof brittle>>['release'], capacity = 100) =>
  ({ kind: 'start', release, capacity, weights: [] }) as const;

describe('a step that failed', () => {
  const again = async (operation: Operation, mend: () => void) => {
    expect(await fixture.settled(operation, await fixture.send(operation, 'd/01'))).toMatchObject({
      state: 'failed',
    });
    mend();
    await fixture.send(operation, 'd/01');
    expect(await fixture.provider.verify(operation, asking('d/01'))).toMatchObject({
      state: 'failed',
    });
    await fixture.send(operation, 'd/01/2');
    expect(await fixture.settled(operation, 'd/01/2', 30_000)).toEqual({ state: 'done' });
  };

  it('to start is begun anew under a new key, and only then', async () => {
    fixture = await LocalFixture.open();
    const { release, mend } = await brittle('v1', 1);
    await again(start(release), mend);
  });

  it('to scale is begun anew under a new key, and only then', async () => {
    fixture = await LocalFixture.open();
    const { release, mend } = await brittle('v1', 2);
    await fixture.send(start(release, 0));
    await again({ kind: 'scale', release: release.id, capacity: 100 }, mend);
  });

  it('to replace is begun anew under a new key, and only then', async () => {
    fixture = await LocalFixture.open();
    const from = await fixture.serve('v1', { replicas: 2 });
    const { release, mend } = await brittle('v2', 2);
    const batch = { kind: 'replace', release, from, of: 2, surge: 1, unavailable: 0 } as const;
    await again({ ...batch, replaced: 1 }, mend);
  });
});
