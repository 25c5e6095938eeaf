import type {
  JsonObject,
  ProviderKind,
  ReadSecret,
  Surroundings,
} from '../../src/contract/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { startTime } from '../../src/lib/process-life.ts';
import { ensureKeeper, statusOf, tellKeeper } from './control-client.ts';
import { readDesired, releasesWanted } from './desired.ts';
import { demandOwn, homeOf } from './folder.ts';
import { LocalProvider } from './provider.ts';
import { describe } from './release.ts';
import { secretsFor, spareFor } from './secrets.ts';
import type { Connection } from './settings.ts';

export { type LogLine, type LogOptions, logs } from './logs.ts';
export type { LocalSettings } from './settings.ts';

const connectionOf = (connection: JsonObject) => connection as unknown as Connection;

/** Where what runs is kept, once it is sure that nobody else has a hand in it. */
function ownHome(connection: JsonObject): string {
  const { home } = connectionOf(connection);
  demandOwn(home, { make: false });
  return home;
}

export const localProvider: ProviderKind = {
  name: 'local',
  connection: (_settings, surroundings) => ({
    service: surroundings.service,
    environment: surroundings.environment,
    home: homeOf(surroundings),
  }),
  open: async (connection, { env, readSecret }) =>
    new LocalProvider(connectionOf(connection), { env, readSecret }),
  release: describe,
};

/** Begins again with everything that is wanted here, as after a reboot; false when nothing is. */
export async function up(
  connection: JsonObject,
  env: Surroundings['env'],
  readSecret?: ReadSecret,
): Promise<boolean> {
  const home = ownHome(connection);
  const releases = releasesWanted(home);
  if (releases.length === 0) return false;
  await ensureKeeper(home);
  await tellKeeper(home, '/wake', { spare: await secretsFor(releases, { env, readSecret }) });
  return true;
}

/** The same for whoever acts and finds nothing running: no keeper, and so nobody who would begin again. */
export async function wake(
  connection: JsonObject,
  env: Surroundings['env'],
  readSecret?: ReadSecret,
): Promise<void> {
  const home = ownHome(connection);
  const releases = releasesWanted(home);
  if (releases.length === 0 || (await statusOf(home))) return;
  await ensureKeeper(home);
  const spare = await spareFor(releases, { env, readSecret }, async () => true);
  await tellKeeper(home, '/wake', { spare });
}

/** Ends everything of the service on this machine; false when nothing ran. Only logs are left. */
export async function down(connection: JsonObject): Promise<boolean> {
  const home = ownHome(connection);
  if (!(await statusOf(home)) && !readDesired(home)) return false;
  // A keeper is started even for this: it alone knows which processes surely are ours.
  await ensureKeeper(home);
  const keeper = (await statusOf(home))?.pids.keeper;
  const started = keeper === undefined ? null : startTime(keeper);
  await tellKeeper(home, '/down', {});
  while (keeper !== undefined && started !== null && startTime(keeper) === started)
    await systemClock.sleep(20);
  return true;
}
