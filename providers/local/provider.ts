import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type {
  Access,
  ApplyContext,
  Identity,
  Observation,
  Operation,
  Provider,
  Review,
  Verification,
} from '../../src/contract/index.ts';
import { accessOf } from './client/access.ts';
import { ensureKeeper, statusOf, tellKeeper } from './client/control-client.ts';
import { asleep, EMPTY, localObserved } from './client/observation.ts';
import { NOTHING, readDesired, releasesWanted } from './home/desired.ts';
import { edgeIsAlive } from './home/edge-record.ts';
import { demandOwn } from './home/folder.ts';
import type { Request } from './home/messages.ts';
import { type Means, secretsFor, spareFor } from './home/secrets.ts';
import { localReleasesIn, verify, verifyAlone } from './operations/index.ts';
import { survivors } from './replica/record.ts';
import { review } from './review.ts';
import type { LocalConnection } from './settings.ts';

/** Processes on this machine, looked after by a keeper that outlives the command. */
export class LocalProvider implements Provider {
  readonly identity: Identity;
  readonly access: Access;
  #connection: LocalConnection;
  #means: Means;

  constructor(connection: LocalConnection, means: Means) {
    this.identity = localIdentityOf(connection);
    this.access = accessOf(connection);
    this.#connection = connection;
    this.#means = means;
  }

  async observe(): Promise<Observation> {
    const home = this.#ownHome();
    const status = await statusOf(home);
    if (status) return localObserved(status);
    const desired = readDesired(home);
    return desired ? asleep(desired) : EMPTY;
  }

  async apply(operation: Operation, { key, fence, signal }: ApplyContext): Promise<void> {
    const home = this.#ownHome();
    const secrets = await secretsFor(localReleasesIn(operation), this.#means);
    // After a reboot nobody else knows them, so all that is wanted here is thought of.
    const isForgotten = async () => (await statusOf(home)) === null;
    const spare = await spareFor(releasesWanted(home), this.#means, isForgotten);
    await ensureKeeper(home);
    const request: Request = { operation, key, fence, secrets, spare };
    await tellKeeper(home, { path: '/apply', body: request }, signal);
  }

  async verify(operation: Operation, { key }: { key: string }): Promise<Verification> {
    const home = this.#ownHome();
    const status = await statusOf(home);
    if (status) return verify(operation, status, key);
    const deserted = !edgeIsAlive(home) && survivors(home).length === 0;
    return verifyAlone(operation, readDesired(home) ?? NOTHING, { key, deserted });
  }

  async review(operations: readonly Operation[]): Promise<Review> {
    const home = this.#ownHome();
    return review(operations, { desired: readDesired(home), home });
  }

  /** Looked at each time: what is not there yet may be somebody else's by the time it is. */
  #ownHome(): string {
    const { home } = this.#connection;
    demandOwn(home, { make: false });
    return home;
  }

  async close(): Promise<void> {}
}

function localIdentityOf({ service, environment, home }: LocalConnection): Identity {
  const label = environment ? `local ${service} (${environment})` : `local ${service}`;
  const place = { machine: machineId(), home };
  return { provider: 'local', label, place, pins: place };
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || hostname();
  } catch {
    return hostname();
  }
}
