import type * as z from 'zod';
import { ProviderError } from '../../../src/contract/index.ts';
import {
  aliasAnswer,
  type BuildLine,
  billingAnswer,
  deploymentAnswer,
  domainsAnswer,
  environmentsAnswer,
  eventsAnswer,
  listAnswer,
  type ProjectAnswer,
  type ProjectDomain,
  projectAnswer,
  promotedAliasesAnswer,
  type Rolling,
  readVercel,
  rollingAnswer,
  rollingConfigAnswer,
  type VercelDeployment,
} from './answers.ts';
import type { Api, Asking } from './api.ts';
import { VercelError } from './failure.ts';
import type { Content } from './upload.ts';

export interface VercelRollingSettings {
  readonly enabled: boolean;
  readonly advancementType: 'automatic' | 'manual-approval';
  readonly stages: readonly { readonly targetPercentage: number; readonly duration?: number }[];
}

interface Page {
  readonly deployments: readonly VercelDeployment[];
  /** Older than this there are more; null at the end. */
  readonly next: number | null;
}

const PAGE = 100;
/** Each is asked where it leads to: nobody has more in one project. */
const MOST_DOMAINS = 2000;
const FILTERS = ['production', 'preview'];
/** Lines of a build that are read at a time. */
const MOST_LINES = 500;
const id = encodeURIComponent;
const AS_IT_STANDS = { rollbackInfo: true };
const projectPath = (project: string) => `/v9/projects/${id(project)}`;
const rollingPath = (project: string) => `/v1/projects/${id(project)}/rolling-release`;

/** The operations of Vercel's API that are used, each by its name. */
export class VercelCalls {
  #api: Api;
  #project: string;
  #target: string;

  constructor(api: Api, project: string, target: string) {
    this.#api = api;
    this.#project = project;
    this.#target = target;
  }

  async project(signal?: AbortSignal): Promise<ProjectAnswer> {
    const path = projectPath(this.#project);
    const answer = await this.#get(projectAnswer, path, { query: AS_IT_STANDS, signal });
    // It is recorded by its id, and asked for by that from then on.
    this.#api.alike(AS_IT_STANDS, path, projectPath(answer.id));
    return answer;
  }

  /** Read a moment ago by the slug of the team, for whoever asks by its id. */
  learn(project: ProjectAnswer): void {
    this.#api.learn(AS_IT_STANDS, projectPath(project.id), project);
  }

  /** What was read longer ago is read anew by whoever asks next. */
  forget(ms: number): void {
    this.#api.forget(ms);
  }

  /** What tells of production is read anew by whoever asks next. */
  forgetProduction(): void {
    this.#api.forget(0, [projectPath(this.#project), rollingPath(this.#project)]);
  }

  /** Null where there is none of this id or at this address. */
  async deployment(idOrUrl: string, signal?: AbortSignal): Promise<VercelDeployment | null> {
    const path = `/v13/deployments/${id(idOrUrl)}`;
    return orNull(this.#get(deploymentAnswer, path, { signal }));
  }

  /** Deployments to the target, newest first; of custom environments all, which are told apart by their marks. */
  async list(signal?: AbortSignal, until?: number): Promise<Page> {
    const target = FILTERS.includes(this.#target) ? this.#target : undefined;
    const query = { projectId: this.#project, target, limit: PAGE, until };
    const { deployments, pagination } = await this.#get(listAnswer, '/v6/deployments', {
      query,
      signal,
    });
    return { deployments, next: pagination.next ?? null };
  }

  async create(
    body: unknown,
    { prebuilt, signal }: { prebuilt: boolean; signal: AbortSignal },
  ): Promise<VercelDeployment> {
    const query = { skipAutoDetectionConfirmation: 1, ...(prebuilt ? { prebuilt: 1 } : {}) };
    const path = '/v13/deployments';
    const answer = await this.#api.ask('POST', path, { query, body, signal });
    return readVercel(deploymentAnswer, answer, `POST ${path}`);
  }

  async upload(digest: string, content: Content, signal: AbortSignal): Promise<void> {
    const headers = { 'x-vercel-digest': digest };
    await this.#api.upload('/v2/files', content, { headers, signal });
  }

  async cancel(deployment: string, signal: AbortSignal): Promise<void> {
    await this.#api.ask('PATCH', `/v12/deployments/${id(deployment)}/cancel`, { signal });
  }

  async remove(deployment: string, signal: AbortSignal): Promise<void> {
    await orNull(this.#api.ask('DELETE', `/v13/deployments/${id(deployment)}`, { signal }));
  }

  /** Last lines of the build, newest last. */
  async buildLines(
    deployment: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly string[]> {
    const query = { builds: 1, direction: 'backward', limit };
    const path = `/v3/deployments/${id(deployment)}/events`;
    const events = await this.#get(eventsAnswer, path, { query, signal });
    return events.flatMap(({ text }) => (text.trim() ? [text] : [])).reverse();
  }

  /** What a build has written since then, oldest first; what was written at that very moment comes again. */
  async linesSince(
    deployment: string,
    since: number,
    signal?: AbortSignal,
  ): Promise<readonly BuildLine[]> {
    const query = { builds: 1, direction: 'forward', limit: MOST_LINES, ...(since && { since }) };
    const path = `/v3/deployments/${id(deployment)}/events`;
    const events = await this.#get(eventsAnswer, path, { query, signal });
    return events.filter(({ text }) => text.trim() !== '');
  }

  /** Names of the domains that lead to production, without those that only redirect. */
  async domains(signal?: AbortSignal): Promise<readonly string[]> {
    const path = `/v9/projects/${id(this.#project)}/domains`;
    const names = new Set<string>();
    let until: number | undefined;
    for (let page = 0; page < MOST_DOMAINS / PAGE; page++) {
      const query = { production: true, redirects: false, limit: PAGE, until };
      const { domains, pagination } = await this.#get(domainsAnswer, path, { query, signal });
      for (const domain of domains) if (isOfProduction(domain)) names.add(domain.name);
      if (pagination.next == null) return [...names];
      until = pagination.next;
    }
    throw new ProviderError(
      'permanent',
      `the project has more than ${MOST_DOMAINS} domains, or Vercel's list of them does not end`,
    );
  }

  /** The deployment that a domain leads to, by the record of its alias. */
  async aliased(domain: string, signal?: AbortSignal): Promise<string | null> {
    const found = await orNull(this.#get(aliasAnswer, `/v4/aliases/${id(domain)}`, { signal }));
    return found?.deploymentId ?? null;
  }

  /** Leads one name outside production to a deployment. */
  async assign(deployment: string, alias: string, signal: AbortSignal): Promise<void> {
    await this.#api.ask('POST', `/v2/deployments/${id(deployment)}/aliases`, {
      body: { alias },
      signal,
    });
  }

  /** Slugs of the custom environments. */
  async environments(signal?: AbortSignal): Promise<readonly string[]> {
    const path = `/v9/projects/${id(this.#project)}/custom-environments`;
    const { environments } = await this.#get(environmentsAnswer, path, { signal });
    return environments.map(({ slug }) => slug);
  }

  async promote(deployment: string, signal: AbortSignal): Promise<void> {
    await this.#api.ask('POST', `/v10/projects/${id(this.#project)}/promote/${id(deployment)}`, {
      body: {},
      signal,
    });
  }

  async rollBack(deployment: string, description: string, signal: AbortSignal): Promise<void> {
    const path = `/v1/projects/${id(this.#project)}/rollback/${id(deployment)}`;
    await this.#api.ask('POST', path, { query: { description }, body: {}, signal });
  }

  /** Domains that the last change could not move. */
  async failedDomains(signal?: AbortSignal): Promise<readonly string[]> {
    const path = `/v1/projects/${id(this.#project)}/promote/aliases`;
    const { aliases } = await this.#get(promotedAliasesAnswer, path, {
      query: { failedOnly: true },
      signal,
    });
    return aliases.map(({ alias }) => alias);
  }

  /** The rolling release that is under way; null for none. */
  async rolling(signal?: AbortSignal): Promise<Rolling | null> {
    const path = rollingPath(this.#project);
    const { rollingRelease } = await this.#get(rollingAnswer, path, {
      query: { state: 'ACTIVE' },
      signal,
    });
    return rollingRelease?.state === 'ACTIVE' ? rollingRelease : null;
  }

  async rollingSettings(
    signal?: AbortSignal,
  ): Promise<z.infer<typeof rollingConfigAnswer>['rollingRelease']> {
    const path = `/v1/projects/${id(this.#project)}/rolling-release/config`;
    return (await this.#get(rollingConfigAnswer, path, { signal })).rollingRelease;
  }

  async billing(signal?: AbortSignal): Promise<z.infer<typeof billingAnswer>> {
    return this.#get(billingAnswer, `/v1/projects/${id(this.#project)}/rolling-release/billing`, {
      signal,
    });
  }

  async configureRolling(
    settings: VercelRollingSettings | null,
    signal: AbortSignal,
  ): Promise<void> {
    const path = `/v1/projects/${id(this.#project)}/rolling-release/config`;
    if (settings) await this.#api.ask('PATCH', path, { body: settings, signal });
    else await this.#api.ask('DELETE', path, { signal });
  }

  async startRolling(canaryDeploymentId: string, signal: AbortSignal): Promise<void> {
    await this.#rolling('start', { canaryDeploymentId }, signal);
  }

  async approveStage(
    canaryDeploymentId: string,
    nextStageIndex: number,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#rolling('approve-stage', { canaryDeploymentId, nextStageIndex }, signal);
  }

  async completeRolling(canaryDeploymentId: string, signal: AbortSignal): Promise<void> {
    await this.#rolling('complete', { canaryDeploymentId }, signal);
  }

  async #rolling(what: string, body: unknown, signal: AbortSignal): Promise<void> {
    await this.#api.ask('POST', `/v1/projects/${id(this.#project)}/rolling-release/${what}`, {
      body,
      signal,
    });
  }

  async #get<T>(schema: z.ZodType<T>, path: string, asking: Asking): Promise<T> {
    return readVercel(schema, await this.#api.ask('GET', path, asking), `GET ${path}`);
  }
}

const isOfProduction = ({ redirect, gitBranch, customEnvironmentId, verified }: ProjectDomain) =>
  verified && !redirect && !gitBranch && !customEnvironmentId;

/** What is not there is an answer. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof VercelError && error.status === 404) return null;
    throw error;
  }
}
