import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
  await scene.deploy('v1');
  await scene.deploy('v2');
});
afterEach(async () => {
  expect(await scene.close()).toEqual([]);
});

/** As Vercel's retention does, or somebody with `vercel rm`. */
function removeFirst(): void {
  const { deployments } = scene.project;
  const [first = ''] = deployments.keys();
  deployments.delete(first);
}

const writes = () => scene.bed.calls.filter(({ method }) => method !== 'GET').length;

describe('a rollback to a deployment that Vercel has no more', { timeout: 60_000 }, () => {
  it.each([
    ['have changed', () => {}, /the files in .*site are not those it was made of/],
    [
      'are not here',
      () => rmSync(join(scene.fixture.folder, 'site'), { recursive: true }),
      /its files are not here \(.*site\)/,
    ],
  ])('is refused before anything is touched where its files %s', async (_, change, words) => {
    removeFirst();
    change();
    const from = writes();
    for (const line of ['rollback --yes', 'rollback --yes --to v1']) {
      const { code, said } = await scene.run(line);
      expect([code, said]).toEqual([2, expect.stringMatching(words)]);
      expect(said).toMatch(/Vercel has no deployment of v1 any more, and cannot build it again/);
      expect(said).toContain('Bring the files of v1 back (check its commit out)');
      expect(said).toContain('Nothing was touched.');
      expect(said).toContain('deployctl rollback --to <version>');
    }
    expect([writes(), await scene.visit()]).toEqual([from, 'v2']);
    // Nothing was begun that would have to be ended first.
    await scene.deploy('v3');
  });

  it('builds it again where its files are as they were', async () => {
    removeFirst();
    scene.write('v1');
    const { code, said } = await scene.run('rollback --yes');
    expect(code, said).toBe(0);
    expect([await scene.visit(), scene.project.deployments.size]).toEqual(['v1', 2]);
  });
});
