import type { Build, Deployment } from './deployment.ts';
import { readyAt, readyState } from './deployment.ts';
import type { AliasRequest, Project, RollingRelease } from './project.ts';
import { Troubles } from './trouble.ts';

export interface Settings {
  /** Wall clock ms; a test may turn it. */
  now(): number;
  readonly team: { readonly id: string; readonly slug: string };
  readonly plan: 'hobby' | 'pro' | 'enterprise';
  readonly token: string;
  /** Ms that a build takes unless its files say otherwise, and that domains take to move. */
  readonly build: number;
  readonly move: number;
  /** Ms after which a new deployment is in lists, and a change of aliases is told of. */
  readonly listLag: number;
  readonly requestLag: number;
  /** Waited for before a call is looked at: a network that takes its time. */
  arrived(name: string | null): Promise<void>;
}

/** What one account holds. Nothing happens by timers: each look brings it up to the present moment. */
export class Platform {
  readonly settings: Settings;
  readonly project: Project;
  readonly files = new Map<string, Buffer>();
  readonly troubles = new Troubles();
  #ids = 0;

  constructor(settings: Settings, project: Project) {
    this.settings = settings;
    this.project = project;
  }

  get now(): number {
    return this.settings.now();
  }

  id(kind: string): string {
    return `${kind}_${String(++this.#ids).padStart(12, '0')}`;
  }

  state(deployment: Deployment) {
    return readyState(deployment, this.now);
  }

  deployment(idOrHost: string): Deployment | null {
    const { deployments, domains } = this.project;
    const byDomain = domains.find(({ name }) => name === idOrHost)?.deployment ?? idOrHost;
    const all = [...deployments.values()];
    return deployments.get(byDomain) ?? all.find(({ host }) => host === idOrHost) ?? null;
  }

  /** Everything that has become due since the last look. */
  advance(): void {
    this.#dequeue();
    for (const deployment of this.project.deployments.values()) this.#assign(deployment);
    for (const job of this.project.jobs) this.#move(job);
  }

  /** The last change that somebody asked for; with a lag, as it is told. */
  request(lag = 0): AliasRequest | null {
    const known = ({ type, requestedAt }: AliasRequest) =>
      type !== 'push' && requestedAt + lag <= this.now;
    return this.project.jobs.findLast(known) ?? null;
  }

  /** Begins to lead the domains of production to a deployment. */
  point(to: string, type: AliasRequest['type']): void {
    this.project.jobs.push(this.#job(to, type));
    this.advance();
  }

  startRolling(canary: string): RollingRelease | null {
    const { production, rollingConfig } = this.project;
    if (!production || !rollingConfig) return null;
    const now = this.now;
    this.project.rolling = {
      state: 'ACTIVE',
      id: this.id('rr'),
      base: production,
      canary,
      config: rollingConfig,
      startedAt: now,
      updatedAt: now,
      stage: 0,
      queued: null,
    };
    return this.project.rolling;
  }

  completeRolling(rolling: RollingRelease): void {
    Object.assign(rolling, {
      state: 'COMPLETE',
      updatedAt: this.now,
      stage: rolling.config.stages.length - 1,
    });
    this.point(rolling.canary, 'promote');
  }

  /** Percent of the visitors that get the canary; null when no release is under way. */
  get canaryShare(): number | null {
    const { rolling } = this.project;
    if (rolling?.state !== 'ACTIVE') return null;
    return rolling.config.stages[rolling.stage]?.targetPercentage ?? null;
  }

  /** What was asked for while a rolling release was active has its turn once that is over. */
  #dequeue(): void {
    const { rolling, jobs, rollingConfig } = this.project;
    const isOver = rolling && rolling.state !== 'ACTIVE' && jobs.at(-1)?.settled !== false;
    if (!isOver || rolling.queued === null) return;
    const { queued } = rolling;
    rolling.queued = null;
    if (!rollingConfig || !this.startRolling(queued)) this.point(queued, 'promote');
  }

  #job(to: string, type: AliasRequest['type']): AliasRequest {
    const { domains, production } = this.project;
    const moving = domains.filter(({ redirect, alias }) => redirect === null && !alias);
    const moves = moving.map(({ name, delay, fails }) => ({
      domain: name,
      at: this.now + this.settings.move + delay,
      fails,
      moved: false,
    }));
    return { type, from: production ?? to, to, requestedAt: this.now, moves, settled: false };
  }

  /** A deployment that was not told otherwise goes to production when it is ready. */
  #assign(deployment: Deployment): void {
    if (deployment.assignedAt !== null || !deployment.autoAssign) return;
    if (deployment.target !== 'production' || this.state(deployment) !== 'READY') return;
    deployment.assignedAt = readyAt(deployment);
    // An instant rollback stands until somebody promotes.
    if (!this.project.autoAssign || this.request()?.type === 'rollback') return;
    const { rolling } = this.project;
    if (rolling?.state === 'ACTIVE') {
      rolling.queued = deployment.id;
      return;
    }
    if (this.project.rollingConfig && this.startRolling(deployment.id)) return;
    this.project.jobs.push(this.#job(deployment.id, 'push'));
  }

  /** Each domain once, and only for the newest: what a later job or somebody's hand moved stays. */
  #move(job: AliasRequest): void {
    if (!this.#isNewest(job) || job.settled) return;
    for (const move of job.moves) {
      if (move.moved || move.fails || move.at > this.now) continue;
      move.moved = true;
      const found = this.project.domains.find(({ name }) => name === move.domain);
      if (found) found.deployment = job.to;
    }
    if (job.moves.some(({ moved }) => !moved)) return;
    job.settled = true;
    this.project.production = job.to;
    const deployment = this.project.deployments.get(job.to);
    if (deployment) deployment.promotedAt ??= this.now;
  }

  #isNewest(job: AliasRequest): boolean {
    return this.project.jobs.at(-1) === job;
  }
}

/** What the bed's own file says of a build. */
export function buildOf(written: string | null, usual: number): Build {
  const said = written
    ? (JSON.parse(written) as {
        build?: Build['ends'];
        takes?: number;
        lines?: string[];
        checks?: NonNullable<Build['checks']>;
      })
    : {};
  return {
    takes: said.takes ?? usual,
    checks: said.checks ?? null,
    ends: said.build ?? 'READY',
    lines: said.lines ?? ['Cloning completed', 'Running "npm run build"', 'Build completed'],
  };
}
