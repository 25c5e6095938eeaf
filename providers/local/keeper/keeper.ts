import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Operation, ReleaseId } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import {
  type Desired,
  hasDesired,
  NOTHING,
  readDesired,
  remember,
  wantsNothing,
  wasSent,
  writeDesired,
} from '../home/desired.ts';
import {
  fencedError,
  goingDownError,
  portRefusedError,
  secretsMissingError,
} from '../home/errors.ts';
import type { Request, Secrets, Status, Table, ToKeeper } from '../home/messages.ts';
import { missingSecrets } from '../home/secrets.ts';
import { specOf } from '../home/spec.ts';
import { sameSplit } from '../home/split.ts';
import { whyRefused } from '../machine/ports.ts';
import { change, namesIn } from '../operations/index.ts';
import { endStray, takeSurvivors } from '../replica/record.ts';
import { Replica } from '../replica/replica.ts';
import { converge } from './converge.ts';
import { EdgeLink, type Greeting } from './edge-link.ts';
import { tableOf } from './routing.ts';
import { capLogs, failuresOf } from './upkeep.ts';

const KEEPER_LOOK_INTERVAL_MS = 1000;

/** The brain: knows what is wanted, and moves replicas and edge towards it until it is so. */
export class Keeper {
  readonly edge: EdgeLink;
  #home: string;
  #desired: Desired;
  #secrets: Secrets = {};
  #replicas: Replica[] = [];
  #table: Table;
  #applied: Extract<ToKeeper, { kind: 'applied' }> | null = null;
  #stopping = false;
  /** Nothing is wanted, and nothing was asked for since that was seen. */
  #rests = false;
  #trouble: string | null = null;
  /** What is wanted is on disk; once it was, its absence means that nothing is. */
  #recorded: boolean;
  #due = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(home: string) {
    this.#home = home;
    this.#recorded = hasDesired(home);
    this.#desired = readDesired(home) ?? NOTHING;
    this.#table = { version: 1, ...tableOf(this.#desired, []) };
    this.edge = new EdgeLink(home, {
      table: () => this.#table,
      secrets: () => this.#secrets,
      applied: (message) => this.#confirm(message),
      drained: (key) => this.#release(key),
      trouble: (words) => {
        this.#trouble = words;
      },
      lost: () => {
        this.#trouble = null;
        this.#confirm(null);
      },
    });
  }

  /** Asked now and then. Where nothing was wanted between two of these, the port is given back: true. */
  async rest(): Promise<boolean> {
    const isSpare = () => wantsNothing(this.#desired) && this.#replicas.length === 0;
    if (this.#stopping) return false;
    const rested = this.#rests;
    this.#rests = isSpare();
    if (!rested) return false;
    await this.#inTurn(async () => {
      if (!this.#rests || !isSpare()) return;
      this.#stopping = true;
      if (this.edge.address) await this.edge.quit(0);
    });
    return this.#stopping;
  }

  /**
   * Takes up what a former keeper left: its replicas, and the edge if it is alive. `deserted` is
   * called when the record of what is wanted is gone: then nothing is wanted.
   */
  takeUp(greeting: Greeting | null, deserted: () => void): void {
    const hello = greeting?.hello;
    const serving = new Set(
      Object.values(hello?.table.backends ?? {}).flatMap((list) => list.map(({ key }) => key)),
    );
    this.#secrets = { ...hello?.secrets };
    for (const { record, mark } of takeSurvivors(this.#home)) {
      const wanted = this.#desired.releases[record.release];
      if (!wanted) {
        void endStray(this.#home, record, mark);
        continue;
      }
      const replica = this.#place(record.release, record.n);
      replica.run({ record, mark, serving: serving.has(record.token) });
    }
    if (hello) this.#table = { ...this.#table, version: hello.table.version };
    this.#reconcile();
    if (greeting) this.edge.join(greeting);
    this.#reopen();
    this.#recorded ||= greeting !== null;
    this.#watch(deserted);
  }

  /** Brings the edge back where it was, and again until its port is free. */
  #reopen(): void {
    this.#turn = this.#turn.then(async () => {
      if (!this.#stopping)
        await this.#openEdge(this.#desired).catch((error: Error) =>
          process.stderr.write(`${error.message}\n`),
        );
    });
  }

  apply(request: Request): Promise<void> {
    return this.#inTurn(() => this.#apply(request));
  }

  /** What is wanted is begun with now: after a reboot, or when what was in its way is gone. */
  wake({ spare }: Pick<Request, 'spare'>): Promise<void> {
    return this.#inTurn(async () => {
      this.#learn({ ...spare, ...this.#secrets });
      await this.#openEdge(this.#desired);
      this.#reconcile();
    });
  }

  /** One at a time: what is wanted next depends on what was wanted before. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #apply({ operation, key, fence, secrets, spare }: Request): Promise<void> {
    if (fence < this.#desired.fence) {
      throw fencedError(this.#desired.fence, fence);
    }
    if (this.#stopping) throw goingDownError();
    this.#rests = false;
    const changed = { ...change(this.#desired, operation), fence };
    this.#learn({ ...spare, ...this.#secrets, ...secrets });
    this.#demandSecrets(changed, operation);
    await this.#openEdge(changed);
    const anew = !wasSent(this.#desired, operation, key);
    const edge = this.edge.address ?? changed.edge;
    this.#desire(remember({ ...changed, edge }, operation, key));
    if (anew) this.#forgive(namesIn(operation));
    this.#reconcile();
  }

  status(): Status {
    // What was seen a moment ago is with the edge before anybody is told of it.
    if (this.#due) this.#reconcile();
    const confirmed = this.#applied?.version === this.#table.version ? this.#applied : null;
    return {
      desired: this.#desired,
      replicas: this.#replicas.map((replica) => replica.status),
      applied: confirmed && { split: confirmed.split, match: confirmed.match },
      edge: this.edge.address,
      failures: failuresOf(this.#replicas),
      trouble: this.#trouble,
      pids: { keeper: process.pid, edge: this.edge.pid },
    };
  }

  /** Traffic ends first, then the replicas; afterwards only logs are left. */
  async down(): Promise<void> {
    this.#stopping = true;
    const drain = Math.max(0, ...this.#replicas.map((replica) => replica.drainTime));
    await this.edge.quit(drain);
    await Promise.all(this.#replicas.map((replica) => replica.stop()));
    rmSync(join(this.#home, 'desired.json'), { force: true });
  }

  /** What could not start without them can now. */
  #learn(secrets: Secrets): void {
    if (isDeepStrictEqual(secrets, this.#secrets)) return;
    this.#secrets = secrets;
    this.edge.shareSecrets();
    this.#forgive(Object.keys(this.#desired.releases));
  }

  /** What failed is tried again at once, as if for the first time. */
  #forgive(releases: readonly ReleaseId[]): void {
    for (const replica of this.#replicas) {
      if (releases.includes(replica.release)) replica.forgive();
    }
  }

  #demandSecrets({ releases }: Desired, operation: Operation): void {
    const missing = namesIn(operation).flatMap((id) => {
      const wanted = releases[id];
      return wanted && wanted.count > 0
        ? missingSecrets(specOf(wanted.release), this.#secrets)
        : [];
    });
    if (missing.length > 0) throw secretsMissingError(missing.join('; '));
  }

  /** Where it shall be, unless it is there or nobody needs it. */
  async #openEdge(desired: Desired): Promise<void> {
    if (!desired.edge || wantsNothing(desired)) return;
    // What is planned moves it only while nobody is served.
    const moves = this.edge.address && !isDeepStrictEqual(this.edge.address, desired.edge);
    if (moves && wantsNothing(this.#desired)) await this.edge.leave();
    if (this.edge.address) return;
    const answer = await this.edge.start(desired.edge);
    if (answer.kind === 'listening') return;
    throw portRefusedError(whyRefused(answer));
  }

  #desire(next: Desired): void {
    if (JSON.stringify(next) === JSON.stringify(this.#desired)) return;
    writeDesired(this.#home, next);
    this.#recorded = true;
    this.#desired = next;
  }

  /** Soon, once: many replicas may change in the same moment. */
  #changed(): void {
    if (this.#due) return;
    this.#due = true;
    setImmediate(() => {
      this.#due = false;
      this.#reconcile();
    });
  }

  #reconcile(): void {
    if (this.#stopping) return;
    this.#replicas = this.#replicas.filter(({ state }) => state !== 'gone');
    const { start, drain } = converge(this.#desired, this.#replicas);
    for (const { release, n } of start) void this.#place(release, n).run();
    for (const replica of drain) this.#drain(replica);
    this.#route();
  }

  #place(release: string, n: number): Replica {
    const replica = new Replica({
      home: this.#home,
      release: (this.#desired.releases[release] as Desired['releases'][string]).release,
      n,
      secrets: () => this.#secrets,
      changed: () => this.#changed(),
    });
    this.#replicas.push(replica);
    return replica;
  }

  /** The edge says when its last request is done; after the drain time nobody waits for that. */
  #drain(replica: Replica): void {
    replica.drain();
    void systemClock.sleep(replica.drainTime).then(() => replica.stop());
  }

  #release(key: string): void {
    const replica = this.#replicas.find((candidate) => candidate.key === key);
    if (replica?.state === 'draining') void replica.stop();
  }

  #route(): void {
    const next = tableOf(this.#desired, this.#replicas);
    const { version, ...present } = this.#table;
    if (JSON.stringify(next) === JSON.stringify(present)) return;
    this.#table = { version: version + 1, ...next };
    this.edge.push();
  }

  #confirm(message: Extract<ToKeeper, { kind: 'applied' }> | null): void {
    this.#applied = message;
    if (
      message &&
      message.version === this.#table.version &&
      !sameSplit(message.split, this.#table.split)
    )
      this.edge.push();
  }

  #watch(deserted: () => void): void {
    setInterval(() => {
      if (this.#recorded && !this.#stopping && !hasDesired(this.#home)) return deserted();
      capLogs(this.#home, this.#replicas);
      this.#reconcile();
      if (!this.edge.address) this.#reopen();
    }, KEEPER_LOOK_INTERVAL_MS);
  }
}
