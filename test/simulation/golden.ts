import { mkdirSync, writeFileSync } from 'node:fs';
import type { DeploymentState } from '../../src/engine/index.ts';
import { readNewest } from '../../src/engine/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';
import { createMemoryStore } from '../../stores/memory/index.ts';
import { createTestWorld, serving } from '../helpers/world.ts';
import { Actor } from './actor.ts';
import { Ground } from './ground.ts';
import { COURSES, type Course, plain, TARGET, v1, v2 } from './plans.ts';

export const FOLDER = new URL('./journals/', import.meta.url);

interface Story {
  readonly name: string;
  readonly course: Course;
  readonly bad: boolean;
}

export const STORIES: readonly Story[] = COURSES.flatMap((course) => [
  { name: `${course}-succeeded`, course, bad: false },
  { name: `${course}-rolled-back`, course, bad: true },
]);

/** The log of one deployment, one canonical record per line, as it lies in a store. */
export async function tell({ course, bad }: Story): Promise<string> {
  const ground = new Ground(1);
  if (course !== 'first') serving(ground.platform, v1);
  if (bad) ground.bad.add(v2.id);
  const actor = new Actor(ground, 'ada', 'm1');
  await ground.clock.run(actor.deploy(v2, { ...plain(course), approval: false, hooks: true }));
  const names = await ground.store.list(`targets/${TARGET}/log`);
  const lines = await Promise.all(
    names.map((name) => ground.store.get(`targets/${TARGET}/log/${name}`)),
  );
  return `${lines.join('\n')}\n`;
}

/** What the engine of today makes of such a log. */
export async function read(log: string): Promise<DeploymentState | null> {
  const lines = log.trimEnd().split('\n');
  const entries = lines.map(
    (line, index) =>
      [`targets/${TARGET}/log/${String(index + 1).padStart(10, '0')}`, line] as const,
  );
  const world = createTestWorld({ store: createMemoryStore(new Map(entries)) });
  return (await world.clock.run(readNewest(world, TARGET))).state;
}

/** Made once per version of the format; what is there is never written over. */
export async function recordAll(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const story of STORIES) {
    const log = await tell(story);
    const state = canonicalJson(await read(log));
    writeFileSync(new URL(`${story.name}.jsonl`, FOLDER), log, { flag: 'wx' });
    writeFileSync(new URL(`${story.name}.state.json`, FOLDER), `${state}\n`, { flag: 'wx' });
  }
}
