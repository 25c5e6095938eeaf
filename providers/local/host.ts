import type { Host, HostPorts, JsonObject, Listener } from '../../src/contract/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { startTime } from '../../src/lib/process-life.ts';
import { ensureKeeper, statusOf, tellKeeper } from './client/control-client.ts';
import { logs } from './client/logs.ts';
import { readDesired, releasesWanted } from './home/desired.ts';
import { demandOwn, folderTitleOf, localConnectionOf } from './home/folder.ts';
import { type Means, secretsFor, spareFor } from './home/secrets.ts';
import { listenerOn } from './machine/ports.ts';
import type { LocalSettings } from './settings.ts';

/** Where what runs is kept, once it is sure that nobody else has a hand in it. */
function homeIn(connection: JsonObject): string {
  const { home } = localConnectionOf(connection);
  demandOwn(home, { make: false });
  return home;
}

/** Begins again with everything that is wanted here, as after a reboot; false when nothing is. */
export async function up(connection: JsonObject, means: Means): Promise<boolean> {
  const home = homeIn(connection);
  const releases = releasesWanted(home);
  if (releases.length === 0) return false;
  await ensureKeeper(home);
  await tellKeeper(home, { path: '/wake', body: { spare: await secretsFor(releases, means) } });
  return true;
}

/** The same for whoever acts and finds nothing running: no keeper, and so nobody who would begin again. */
export async function wake(connection: JsonObject, means: Means): Promise<boolean> {
  const home = homeIn(connection);
  const releases = releasesWanted(home);
  if (releases.length === 0 || (await statusOf(home))) return false;
  await ensureKeeper(home);
  const spare = await spareFor(releases, means, async () => true);
  await tellKeeper(home, { path: '/wake', body: { spare } });
  return true;
}

/** Ends everything of the service on this machine; false when nothing ran. Only logs are left. */
export async function down(connection: JsonObject): Promise<boolean> {
  const home = homeIn(connection);
  if (!(await statusOf(home)) && !readDesired(home)) return false;
  // A keeper is started even for this: it alone knows which processes surely are ours.
  await ensureKeeper(home);
  const keeper = (await statusOf(home))?.pids.keeper;
  const started = keeper === undefined ? null : startTime(keeper);
  await tellKeeper(home, { path: '/down', body: {} });
  while (keeper !== undefined && started !== null && startTime(keeper) === started)
    await systemClock.sleep(20);
  return true;
}

function ports(settings: JsonObject): HostPorts {
  const { host, port, metricsPort, tls } = (settings as unknown as LocalSettings).edge;
  const ports = [port, metricsPort].filter((taken) => taken > 0);
  return { host, ports, secure: Boolean(tls) && port > 0 };
}

/** Known by its title: who borrows it gains a friendly line of `doctor`, and nothing else. */
function whoListens(connection: JsonObject, port: number): Listener {
  const { home } = localConnectionOf(connection);
  const listener = listenerOn(port);
  const own = (['edge', 'keeper'] as const).map((program) => folderTitleOf(program, home));
  return { who: listener?.words ?? null, own: own.includes(listener?.command ?? '') };
}

export const localHost: Host = { up, wake, down, logs, ports, whoListens };
