import manifest from '../../../package.json' with { type: 'json' };
import { demandOwnFile } from '../../config/source/trust.ts';
import type { Store, Target } from '../../contract/index.ts';
import {
  checkFolders,
  listRecorded,
  listTargets,
  placeOf,
  readTarget,
  sturdy,
} from '../../engine/index.ts';
import { hashOf } from '../../lib/canonical.ts';
import { formatDuration } from '../../lib/duration.ts';
import { type Input, textOption } from '../shell/command.ts';
import type { Composition, Opened } from '../shell/composition.ts';
import { reading } from '../shell/run-world.ts';
import { configFile } from '../target/config-file.ts';
import { type Whereabouts, whereabouts } from '../target/config-summary.ts';
import { openStore } from '../target/open-store.ts';
import { folderCheck } from './folder-check.ts';
import { checkLog } from './journal-check.ts';
import { failedCheck, placeChecks } from './place-check.ts';
import { recordedChecks, unfinishedChecks } from './target-check.ts';

export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
}

/** Looks at one thing after the other, each as far as the one before allows. */
export async function* checks(input: Input): AsyncGenerator<DoctorCheck> {
  yield node();
  yield folderCheck(input.io);
  const composition = await input.compose();
  const { check, here } = await config(input, composition);
  yield check;
  const store = await openStore(input, composition, here).catch((error: unknown) => {
    return failedCheck('journal', error);
  });
  if ('ok' in store) yield store;
  else {
    yield* journal(input, composition, store);
    yield* unfinishedChecks(input, composition, store);
  }
  const isNamed = textOption(input.options, 'service') !== undefined;
  if (here && !isNamed) yield* placeChecks(input, composition, here);
  else if (!('ok' in store)) yield* recordedChecks(input, composition, store);
}

function node(): DoctorCheck {
  const { node } = process.versions;
  const wanted = manifest.engines.node.replace(/[^\d.]/g, '');
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const [least = 0, leastMinor = 0] = wanted.split('.').map(Number);
  const ok = major > least || (major === least && minor >= leastMinor);
  return { name: 'node', ok, found: node, advice: ok ? undefined : `install ${wanted} or newer` };
}

async function config(
  input: Input,
  composition: Composition,
): Promise<{ check: DoctorCheck; here: Opened<Whereabouts> | null }> {
  try {
    // The whole config, not what is remembered of it: this is where it is looked at.
    const named = textOption(input.options, 'config');
    const file = named ?? (await configFile(input.io.cwd));
    if (named === undefined && file !== null) demandOwnFile(file);
    if (file === null) return { check: CHECK_WITHOUT_CONFIG, here: null };
    const here = await whereabouts(input, composition);
    const environment = textOption(input.options, 'env');
    const request = { file, ...(environment === undefined ? {} : { environment }) };
    if (here === null || (await composition.locate(request)).config.plugins.length > 0)
      return { check: { ...notRun, found: file }, here };
    const { config } = await composition.loadConfig({ ...request, release: 'any' });
    const check = {
      name: 'config',
      ok: true,
      found: file,
      advice: config.warnings.join('\n') || undefined,
    };
    return { check, here };
  } catch (error) {
    return { check: failedCheck('config', error), here: null };
  }
}

/** A config that is a program, or that brings plug-ins: somebody who is in trouble runs no code of it. */
const notRun = {
  name: 'config',
  ok: true,
  advice: 'its code was not run here; to look at the rest: deployctl validate',
};

const CHECK_WITHOUT_CONFIG: DoctorCheck = {
  name: 'config',
  ok: true,
  found: 'none here, which only deploy and plan need',
  advice: 'deployctl init writes one',
};

async function* journal(
  input: Input,
  composition: Composition,
  store: Store,
): AsyncGenerator<DoctorCheck> {
  const { io } = input;
  const begun = io.clock.monotonic();
  try {
    await sturdy(reading(io, composition, store)).probe();
    const took = formatDuration(io.clock.monotonic() - begun);
    yield { name: 'journal', ok: true, found: `${store.url}, written and synced in ${took}` };
  } catch (error) {
    yield failedCheck('journal', error, 'make it writable, or name another one with --store');
  }
  const targets = await listRecorded(store).catch((error: unknown) =>
    failedCheck('records', error),
  );
  if ('ok' in targets) return yield targets;
  let newest = 0;
  for (const id of targets) {
    const lack = await about(store, id);
    if (lack) yield lack;
    const log = { store, target: id };
    try {
      const { check, at } = await checkLog(input, composition, log);
      newest = Math.max(newest, at);
      yield check;
      await checkFolders(log);
    } catch (error) {
      yield failedCheck(`records of ${id}`, error);
    }
  }
  yield* checkupShared(await listTargets(store).catch(() => []));
  yield clock(io.clock.wall(), newest);
}

/** Null where it is said what target the records are of: the commands that find it without a config read that. */
async function about(store: Store, id: string): Promise<DoctorCheck | null> {
  const name = `target ${id}`;
  const lack = {
    name,
    ok: false,
    advice: `delete targets/${id}/about: the next deployment writes it again`,
  };
  try {
    if (await readTarget(store, id)) return null;
    const found = `targets/${id}/about is missing: it is found with a config only`;
    return { ...lack, found, advice: 'the next deployment writes it again' };
  } catch (error) {
    return { ...lack, found: (error as Error).message };
  }
}

/** Of each place that has more than one log: none of them keeps off those who deploy under another name. */
function* checkupShared(targets: readonly Target[]): Generator<DoctorCheck> {
  const logs = new Map<string, Target[]>();
  for (const target of targets) {
    const place = hashOf(placeOf(target.identity));
    logs.set(place, [...(logs.get(place) ?? []), target]);
  }
  for (const [first, ...others] of logs.values()) {
    if (!first || others.length === 0) continue;
    const found = `${[first, ...others].map(({ id }) => id).join(' and ')} are logs of one place`;
    const advice = `use one name for it, and take the other's folder in targets/ out of the journal`;
    yield { name: `place ${first.identity.label}`, ok: false, found, advice };
  }
}

const LEAP = 60_000;

function clock(now: number, newest: number): DoctorCheck {
  const ahead = newest - now;
  if (ahead <= LEAP) return { name: 'clock', ok: true, found: 'not behind the newest record' };
  const found = `${formatDuration(ahead)} behind the newest record`;
  return { name: 'clock', ok: false, found, advice: 'set the clock, or use NTP' };
}
