import { createServer } from 'node:net';
import type {
  DeployError,
  Host,
  HostPorts,
  JsonObject,
  Observation,
} from '../../contract/index.ts';
import type { Input } from '../shell/command.ts';
import type { Composition, Opened } from '../shell/composition.ts';
import type { Whereabouts } from '../target/config-summary.ts';
import { openPlace } from '../target/place.ts';
import type { DoctorCheck } from './checkup.ts';
import { outsideCheck } from './outside-check.ts';

/** The platform as it sees itself, the service as its users see it, and the ports that it takes here. */
export async function* placeChecks(
  input: Input,
  composition: Composition,
  here: Opened<Whereabouts>,
): AsyncGenerator<DoctorCheck> {
  let seen: Observation;
  let connection: JsonObject;
  try {
    const { provider, target, ...place } = await openPlace(input, composition, here);
    connection = place.connection;
    seen = await provider.observe();
    await provider.close();
    yield providerCheck(target.identity.label, seen);
  } catch (error) {
    return yield failedCheck('provider', error);
  }
  const { name, settings } = here.config.provider;
  const host = await here.workspace.host(name);
  yield* serviceChecks(input, seen, host && { host, connection, settings });
}

/** What runs on this machine, and by which settings or spec it takes ports here. */
interface Hosted {
  readonly host: Host;
  readonly connection: JsonObject;
  readonly settings: JsonObject;
}

/** The service as its users see it, and the ports that it takes here, if any. */
export async function* serviceChecks(
  { io }: Input,
  seen: Observation,
  hosted: Hosted | null,
): AsyncGenerator<DoctorCheck> {
  const taken = hosted?.host.ports(hosted.settings);
  yield await outsideCheck(io, seen, taken ? listeningUrlOf(taken) : null);
  if (!hosted || !taken) return;
  const { host, connection } = hosted;
  for (const port of taken.ports) yield await portCheck(host, connection, { ...taken, port });
}

/** Live by name is not live: something of it has to stand. */
export function providerCheck(label: string, { live, releases, notes }: Observation): DoctorCheck {
  const name = 'provider';
  if (live === null) return { name, ok: true, found: `${label}, nothing live` };
  const release = releases.find(({ id }) => id === live);
  const version = release?.version ?? live;
  if (!release) return { name, ok: true, found: `${label}, ${version} live` };
  const units = `${release.ready} of ${release.desired} healthy`;
  const ok = release.ready > 0 || release.desired === 0;
  const found = `${label}, ${version} ${ok ? 'live' : 'should be live'}, ${units}`;
  if (ok && release.ready >= release.desired) return { name, ok, found };
  const why = [release.note, ...notes].filter(Boolean).join('\n');
  return { name, ok: false, found, advice: why || 'deployctl status' };
}

/** An address that stands for all of them is asked here. */
export function listeningUrlOf({ host, ports: [port], secure = false }: HostPorts): string | null {
  const named = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const scheme = secure ? 'https' : 'http';
  return port === undefined
    ? null
    : `${scheme}://${named.includes(':') ? `[${named}]` : named}:${port}`;
}

async function portCheck(
  host: Host,
  connection: JsonObject,
  { host: address, port }: { host: string; port: number },
): Promise<DoctorCheck> {
  const name = `port ${port}`;
  if (await isFreePort(address, port)) return { name, ok: true, found: 'free' };
  const { who, own } = host.whoListens(connection, port);
  if (own) return { name, ok: true, found: 'in use by this service' };
  const advice = 'stop that, or choose another port in the config';
  return { name, ok: false, found: `taken${who ? ` by ${who}` : ''}`, advice };
}

function isFreePort(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export function failedCheck(name: string, error: unknown, advice?: string): DoctorCheck {
  const { message, why, next = [] } = error as Partial<DeployError>;
  const found = [message ?? String(error), why].filter(Boolean).join('\n');
  const command = next.find((line) => !line.startsWith('deployctl doctor'));
  return { name, ok: false, found, advice: advice ?? command };
}
