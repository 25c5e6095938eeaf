import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Release } from '../../../src/contract/index.ts';
import { endProcess } from '../../helpers/end-process.ts';
import { load } from '../../providers/local/load.ts';
import { Bed } from './bed/bed.ts';
import { golden, turnTo } from './bed/compute-scene.ts';
import { AwsFixture } from './bed/fixture.ts';
import { Ledger } from './bed/ledger.ts';

const PROGRAM = join(import.meta.dirname, 'bed/crew.js');
const done = expect.objectContaining({ state: 'done' });

let bed: Bed;
let fixture: AwsFixture;
let folder: string;

beforeAll(async () => {
  bed = await Bed.open();
  folder = await mkdtemp(join(tmpdir(), 'deployctl-crew-'));
  const run = [process.execPath, PROGRAM, folder, '171'];
  fixture = await AwsFixture.open(bed, {}, { command: { run, units: 2 } });
});
afterAll(async () => {
  for (const name of await readdir(folder))
    if (name.endsWith('.json'))
      endProcess(JSON.parse(await readFile(join(folder, name), 'utf8')).pid);
  await rm(folder, { recursive: true, force: true });
  await fixture.close();
  await bed.close();
});

const start = (release: Release, capacity = 100) =>
  ({ kind: 'start', release, capacity, weights: [] }) as const;
const route = (release: Release) =>
  ({ kind: 'route', split: { [release.id]: 100 }, match: null }) as const;
const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');

test('a program brings releases up in slices, is described by the platform alone, and ends them once they have drained', async () => {
  const v1 = await fixture.release('v1');
  expect(await fixture.make(start(v1))).toEqual(done);
  expect((await calls()).filter((call) => call.startsWith('poll v1')).length).toBeGreaterThan(2);
  await fixture.make(route(v1));
  await fixture.make({ kind: 'promote', release: v1.id });
  const traffic = load(fixture.network.url);
  const v2 = await fixture.release('v2');
  const ledger = new Ledger(bed, fixture.network);
  expect(await fixture.make(start(v2, 50))).toEqual(done);
  expect(await fixture.make({ kind: 'scale', release: v2.id, capacity: 100 })).toEqual(done);
  await fixture.make(route(v2));
  await fixture.make({ kind: 'promote', release: v2.id });
  // Another machine, which has seen none of it, knows the whole of both.
  const { releases, live } = await (await fixture.again()).observe();
  expect(releases.map(({ release }) => release)).toEqual([v2, v1]);
  expect(live).toBe(v2.id);
  expect(await fixture.make({ kind: 'retire', release: v1.id, keeps: v2.id })).toEqual(done);
  expect((await calls()).filter((call) => call.startsWith('stop'))).toEqual(['stop v1 0']);
  await expect(`${ledger.told()}\n`).toMatchFileSnapshot(golden('command'));
  const back = new Ledger(bed, fixture.network);
  await turnTo(fixture, v1, { live: v2, split: { [v2.id]: 100 }, units: 2 });
  await expect(`${back.told()}\n`).toMatchFileSnapshot(golden('command-rollback'));
  const { failures, versions } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(Object.keys(versions).sort()).toEqual(['v1', 'v2']);
});

test('a program that cannot bring it up says why, and what was printed', async () => {
  const sick = await fixture.release('sick');
  expect(await fixture.make(start(sick))).toEqual({
    state: 'failed',
    reason: 'the image is gone',
    logs: ['pulling', 'not found'],
  });
  await fixture.make({ kind: 'retire', release: sick.id, keeps: null });
});

test('rolling is refused in words, and so is a program that is not there', async () => {
  const { capabilities } = await fixture.provider.observe();
  expect(capabilities.cannot.replace).toContain('never one by one');
  const lost = await fixture.describe('v9', { command: { run: ['/nowhere/program'], units: 1 } });
  await expect(fixture.send(start(lost))).rejects.toThrow('could not be run (ENOENT)');
});
