import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../../src/contract/index.ts';
import type { Deployment } from '../platform/deployment.ts';
import { buildOf, type Platform } from '../platform/platform.ts';
import { fileOf } from '../platform/sites.ts';
import { type Call, deploymentIn, found, type Handlers, Refusal } from './answer.ts';
import { deploymentView } from './views.ts';

interface Sent {
  readonly name: string;
  readonly project?: string;
  readonly target?: string;
  readonly customEnvironmentSlugOrId?: string;
  readonly files?: readonly {
    readonly file: string;
    readonly sha?: string;
    readonly data?: string;
    readonly encoding?: string;
  }[];
  readonly deploymentId?: string;
  readonly gitSource?: JsonObject;
  readonly meta?: Readonly<Record<string, string>>;
  readonly autoAssignCustomDomains?: boolean;
}

export const CREATION: Handlers = {
  'POST /v13/deployments': async (call) => {
    const { platform } = call;
    const sent = call.body as unknown as Sent;
    refuseUnknown(platform, sent);
    const files = filesOf(call, sent);
    const build = buildOf(fileOf(platform, { files }, 'bed.json'), platform.settings.build);
    const id = platform.id('dpl');
    const deployment: Deployment = {
      id,
      name: sent.name,
      host: await call.site(id),
      target: sent.target === 'production' || sent.target === 'staging' ? sent.target : null,
      environment: sent.customEnvironmentSlugOrId ?? null,
      createdAt: platform.now,
      build,
      autoAssign: sent.autoAssignCustomDomains ?? true,
      meta: sent.meta ?? {},
      files,
      source: sent.deploymentId ? 'redeploy' : sent.gitSource ? 'git' : 'cli',
      sent: call.body,
      canceledAt: null,
      assignedAt: null,
      promotedAt: null,
    };
    platform.project.deployments.set(id, deployment);
    return found(deploymentView(platform, deployment));
  },
};

/** The document takes any word as target; the service does not. */
function refuseUnknown(
  { project }: Platform,
  { target, project: asked, customEnvironmentSlugOrId }: Sent,
): void {
  if (target !== undefined && target !== 'production' && target !== 'staging')
    throw new Refusal(400, 'bad_request', `Invalid target "${target}"`);
  if (asked !== undefined && asked !== project.id && asked !== project.name)
    throw new Refusal(404, 'not_found', 'Project not found');
  const known = ({ id, slug }: { id: string; slug: string }) =>
    [id, slug].includes(customEnvironmentSlugOrId ?? '');
  if (customEnvironmentSlugOrId !== undefined && !project.environments.some(known))
    throw new Refusal(404, 'not_found', 'Custom environment not found');
}

function filesOf(
  call: Call,
  { files, deploymentId, gitSource }: Sent,
): ReadonlyMap<string, string> {
  if (deploymentId) return deploymentIn(call, deploymentId).files;
  if (gitSource) return new Map();
  if (!files?.length) throw new Refusal(400, 'bad_request', 'Missing files');
  const held = call.platform.files;
  const named = files.map(({ file, sha, data, encoding }) => {
    if (data === undefined) return [file, sha ?? ''] as const;
    const content = Buffer.from(data, encoding === 'base64' ? 'base64' : 'utf8');
    const digest = createHash('sha1').update(content).digest('hex');
    held.set(digest, content);
    return [file, digest] as const;
  });
  const missing = [...new Set(named.map(([, sha]) => sha))].filter((sha) => !held.has(sha));
  if (missing.length > 0) throw new Refusal(400, 'missing_files', 'Missing files', { missing });
  return new Map(named);
}
