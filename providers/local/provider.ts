import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type {
  ApplyContext,
  Identity,
  Observation,
  Operation,
  Provider,
  Surroundings,
  Verification,
} from '../../src/contract/index.ts';
import { hashOf } from '../../src/lib/canonical.ts';
import { specOf } from './change.ts';
import { ensureKeeper, statusOf, tellKeeper } from './control-client.ts';
import { readDesired } from './desired.ts';
import { asleep, EMPTY, observed } from './observation.ts';
import { read } from './reading.ts';
import { secretsFor } from './secrets.ts';
import type { Connection } from './settings.ts';

/** Processes on this machine, looked after by a keeper that outlives the command. */
export class LocalProvider implements Provider {
  #connection: Connection;
  #env: Surroundings['env'];
  /** What this process has sent: tells "not asked yet" from "changed by somebody else". */
  #asked = new Set<string>();

  constructor(connection: Connection, env: Surroundings['env']) {
    this.#connection = connection;
    this.#env = env;
  }

  async identify(): Promise<Identity> {
    const { service, environment, home } = this.#connection;
    const label = environment ? `local ${service} (${environment})` : `local ${service}`;
    return { provider: 'local', label, pins: { machine: machineId(), home } };
  }

  async observe(): Promise<Observation> {
    const { home } = this.#connection;
    const status = await statusOf(home);
    if (status) return observed(status);
    const desired = readDesired(home);
    return desired ? asleep(desired) : EMPTY;
  }

  async apply(operation: Operation, { key, fence, signal }: ApplyContext): Promise<void> {
    const { home } = this.#connection;
    await ensureKeeper(home);
    await tellKeeper(
      home,
      '/apply',
      { operation, key, fence, secrets: this.#secrets(operation) },
      signal,
    );
    this.#asked.add(hashOf(operation));
  }

  async verify(operation: Operation): Promise<Verification> {
    const status = await statusOf(this.#connection.home);
    if (!status) return { state: 'pending', progress: 'no keeper runs' };
    return read(operation, status, this.#asked.has(hashOf(operation)));
  }

  async close(): Promise<void> {}

  #secrets(operation: Operation): Record<string, string> {
    if (operation.kind === 'replace') {
      return {
        ...secretsFor(specOf(operation.from), this.#env),
        ...secretsFor(specOf(operation.release), this.#env),
      };
    }
    return operation.kind === 'start' ? secretsFor(specOf(operation.release), this.#env) : {};
  }
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || hostname();
  } catch {
    return hostname();
  }
}
