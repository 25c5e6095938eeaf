import { expect, it } from 'vitest';
import { startBed } from '../../beds/vercel/bed.ts';
import { VercelFixture } from './fixture.ts';
import { heldBy } from './live-memory.ts';

/** Bytes in use for one more file: its name and digest, in the list that Vercel is told, and no content. */
const PER_FILE = 600;

// Eleven thousand uploads, each of which the bed validates.
it('needs no more memory for ten thousand files than their names and digests take', {
  timeout: 600_000,
}, async () => {
  const bed = await startBed();
  const desk = new VercelFixture(bed);
  try {
    const few = await heldBy(desk, 'v1', { files: 100, size: 8000 });
    const more = await heldBy(desk, 'v2', { files: 1000, size: 8000 });
    const many = await heldBy(desk, 'v3', { files: 10_000, size: 8000 });
    // What is read and sent at a time is the same for all of them.
    expect((many.live - more.live) / 9000).toBeLessThan(PER_FILE);
    expect(many.live / few.live).toBeLessThan(1.3);
  } finally {
    desk.remove();
    await bed.close();
  }
});
