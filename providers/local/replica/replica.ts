import type { Release } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { formatDuration } from '../../../src/lib/duration.ts';
import { systemRandom } from '../../../src/lib/random.ts';
import { openPrivate } from '../../../src/lib/safe-files/private-folder.ts';
import { releaseFolder, replicaLog } from '../home/folder.ts';
import { tail } from '../home/log-file.ts';
import type { Failure, ReplicaState, ReplicaStatus, Secrets } from '../home/messages.ts';
import { resolveEnv } from '../home/secrets.ts';
import { specOf } from '../home/spec.ts';
import { freePort } from '../machine/ports.ts';
import { type ProcessMark, signalGroup } from '../machine/process-identity.ts';
import { plainEnvironment } from '../machine/programs.ts';
import type { LocalSpec } from '../settings.ts';
import { askProbe, untilNextProbe } from './probe.ts';
import { begin, type End, type Life, takeOver } from './process.ts';
import { type ReplicaRecord, removeRecord, writeRecord } from './record.ts';

export interface ReplicaOptions {
  readonly home: string;
  readonly release: Release;
  readonly n: number;
  secrets(): Secrets;
  /** Called after every change of what can be seen. */
  changed(): void;
}

/** Failures in a row after which a probe is believed, crashes before it was ever ready that make a failure. */
const FAILURES_BELIEVED = 3;
/** Ready for this long, a crash is the first of a new row. */
const SETTLED = 10_000;
const LOG_LINES = 20;

/** One numbered place of a release and the process that fills it, started again when it ends. */
export class Replica {
  readonly release: string;
  readonly n: number;
  state: ReplicaState = 'starting';
  key = '';
  port = 0;
  pid: number | null = null;
  restarts = 0;
  note: string | null = null;
  failure: Failure | null = null;
  #options: ReplicaOptions;
  #spec: LocalSpec;
  #life: Life | null = null;
  #ending = new AbortController();
  /** Cuts the wait between a crash and the next start short. */
  #patience = new AbortController();
  /** Why we ended it ourselves. */
  #verdict: string | null = null;
  #everReady = false;
  #crashes = 0;
  #readySince = 0;
  /** How it last ended, in words. */
  #fall: string | null = null;
  #nextStart: number | null = null;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#spec = specOf(options.release);
    this.release = options.release.id;
    this.n = options.n;
  }

  get log(): string {
    return replicaLog(this.#options.home, this.release, this.n);
  }

  get maxLogSize(): number {
    return this.#spec.logs.maxSize;
  }

  get drainTime(): number {
    return this.#spec.stop.drain;
  }

  get leaving(): boolean {
    return this.state === 'draining' || this.state === 'stopping' || this.state === 'gone';
  }

  /** Runs until it is stopped. `serving`: the edge routes to it already, so it was ready. */
  async run(found?: { record: ReplicaRecord; mark: ProcessMark; serving: boolean }): Promise<void> {
    let life = found ? this.#adopt(found.record, found.mark, found.serving) : null;
    while (!this.#ending.signal.aborted) {
      if (!life) {
        this.port = await freePort();
        if (this.#ending.signal.aborted) break;
        life = this.#spawn();
      }
      const end = await this.#watch(life);
      life = null;
      if (!this.#ending.signal.aborted) await this.#crashed(end);
    }
    removeRecord(this.#options.home, this);
    this.#become('gone');
  }

  /** Gets nothing new any more; the process goes on with what it has. */
  drain(): void {
    if (this.leaving) return;
    const { drain } = this.#spec.stop;
    if (this.#life) this.#become('draining', `${formatDuration(drain)} at most for open requests`);
    else void this.stop();
  }

  /** Asks the group to end, then makes it. Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.state === 'stopping' || this.state === 'gone') return;
    const { kill } = this.#spec.stop;
    this.#become('stopping', `SIGTERM was sent, SIGKILL follows after ${formatDuration(kill)}`);
    this.#ending.abort();
    const life = this.#life;
    if (!life?.mark) return;
    signalGroup(life.mark, 'SIGTERM');
    const over = new AbortController();
    life.ended.then(() => over.abort());
    await systemClock.sleep(kill, over.signal);
    if (!over.signal.aborted) signalGroup(life.mark, 'SIGKILL');
    await life.ended;
  }

  /** Somebody asks for it anew: what never came up is tried again at once, as if for the first time. */
  forgive(): void {
    if (this.#everReady) return;
    this.failure = null;
    this.#crashes = 0;
    this.#patience.abort();
  }

  get status(): ReplicaStatus {
    const { release, n, state, pid, port, restarts, note } = this;
    const next = this.#nextStart === null ? null : this.#nextStart - systemClock.monotonic();
    const fall = this.#isSettled ? null : this.#fall;
    return { release, n, state, pid, port, restarts, note, fall, next };
  }

  get #isSettled(): boolean {
    return this.#readySince > 0 && systemClock.monotonic() - this.#readySince > SETTLED;
  }

  #become(state: ReplicaState, note: string | null = this.note): void {
    if (this.state === state && this.note === note) return;
    this.state = state;
    this.note = note;
    this.#options.changed();
  }

  #adopt(record: ReplicaRecord, mark: ProcessMark, serving: boolean): Life {
    this.key = record.token;
    this.port = record.port;
    this.restarts = record.restarts;
    this.#everReady = serving;
    if (serving) this.state = 'ready';
    return takeOver(mark);
  }

  #spawn(): Life {
    const { home, release, n } = this.#options;
    this.key = systemRandom.name(20);
    openPrivate(releaseFolder(home, release.id), { make: true }).close();
    const record = {
      release: release.id,
      n,
      port: this.port,
      restarts: this.restarts,
      token: this.key,
      kill: this.#spec.stop.kill,
    };
    writeRecord(home, { ...record, pid: null, started: null });
    try {
      const life = begin({
        ...this.#spec,
        env: this.#environment(),
        log: this.log,
        token: this.key,
      });
      if (life.mark)
        writeRecord(home, { ...record, pid: life.mark.pid, started: life.mark.started });
      return life;
    } catch (error) {
      return {
        mark: null,
        ended: Promise.resolve({ words: (error as Error).message, final: true }),
      };
    }
  }

  #environment(): Record<string, string> {
    const { portVariable, versionVariable } = this.#spec;
    const { release } = this.#options;
    return {
      ...plainEnvironment(),
      ...resolveEnv(this.#spec, this.#options.secrets()),
      [portVariable]: String(this.port),
      ...(versionVariable && { [versionVariable]: release.version }),
      DEPLOYCTL_RELEASE: release.id,
      DEPLOYCTL_TOKEN: this.key,
    };
  }

  async #watch(life: Life): Promise<End> {
    this.#life = life;
    this.pid = life.mark?.pid ?? null;
    const over = new AbortController();
    if (life.mark) {
      this.#watchReady(over.signal);
      this.#watchLive(life.mark, over.signal);
    }
    const end = await life.ended;
    over.abort();
    this.#life = null;
    this.pid = null;
    const words = this.#verdict ?? end.words;
    this.#verdict = null;
    return { ...end, words };
  }

  async #watchReady(over: AbortSignal): Promise<void> {
    const { ready } = this.#spec;
    for (let failures = 0; !over.aborted; ) {
      const trouble = await askProbe(ready, this.port, over);
      if (over.aborted || this.leaving) return;
      failures = trouble === null ? 0 : failures + 1;
      if (trouble === null) this.#isReady();
      else if (this.state !== 'ready') this.#become(this.state, this.#since(trouble));
      else if (failures >= FAILURES_BELIEVED) this.#become('unready', trouble);
      const isWell = this.state === 'ready' && failures === 0;
      await systemClock.sleep(untilNextProbe(ready, this.#everReady, isWell), over);
    }
  }

  /** Why it fell matters more than that it is not up again yet. */
  #since(trouble: string): string {
    const isUpAgain = this.#fall !== null && this.state === 'starting';
    return isUpAgain ? `${this.#fall}; started again, ${trouble}` : trouble;
  }

  #isReady(): void {
    if (this.state === 'ready') return;
    this.#everReady = true;
    this.#readySince = systemClock.monotonic();
    this.failure = null;
    this.#become('ready', null);
  }

  async #watchLive(mark: ProcessMark, over: AbortSignal): Promise<void> {
    const { live } = this.#spec;
    for (let failures = 0; live && !over.aborted; ) {
      await systemClock.sleep(live.interval, over);
      // One that hangs fails both of its checks: not being ready must not protect it.
      if (over.aborted || (this.state !== 'ready' && this.state !== 'unready')) continue;
      const trouble = await askProbe(live, this.port, over);
      if (over.aborted) return;
      failures = trouble === null ? 0 : failures + 1;
      if (failures < FAILURES_BELIEVED) continue;
      this.#verdict = `was ended because it hangs: ${trouble}`;
      // No look at what is dying by now: it would tell of another reason.
      signalGroup(mark, 'SIGKILL');
      return;
    }
  }

  async #crashed(end: End): Promise<void> {
    if (this.state === 'draining') return this.#ending.abort();
    const logs = tail(this.log, LOG_LINES);
    this.#crashes = this.#isSettled ? 1 : this.#crashes + 1;
    this.#readySince = 0;
    this.restarts += 1;
    this.#judge(end, logs);
    this.#fall = this.#crashes > 1 ? `${end.words} (${this.#crashes} times)` : end.words;
    this.#become('crashed', this.#fall);
    // Another program took the port between our choice and its bind: choose again at once.
    const lostPort =
      this.#crashes < FAILURES_BELIEVED && logs.some((line) => line.includes('EADDRINUSE'));
    const { backoff, max } = this.#spec.restart;
    const wait = lostPort ? 0 : Math.min(max, backoff * 2 ** (this.#crashes - 1));
    this.#patience = new AbortController();
    const either = AbortSignal.any([this.#ending.signal, this.#patience.signal]);
    this.#nextStart = systemClock.monotonic() + wait;
    await systemClock.sleep(wait, either);
    this.#nextStart = null;
    if (!this.#ending.signal.aborted) this.#become('starting');
  }

  #judge(end: End, logs: readonly string[]): void {
    if (end.final) this.failure = { reason: end.words, logs: [] };
    else if (!this.#everReady && this.#crashes >= FAILURES_BELIEVED) {
      this.failure = {
        reason: `replica ${this.n} ${end.words} before it is ready (${this.#crashes} times)`,
        logs,
      };
    }
  }
}
