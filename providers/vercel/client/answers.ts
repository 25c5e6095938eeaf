import { z } from 'zod';
import { ProviderError } from '../../../src/contract/index.ts';

/** The part of each answer that is relied on; whatever else it says is left alone. */

const readyState = z.string();
const substate = z.string().optional();
const meta = z.record(z.string(), z.string()).optional();

const vercelFault = {
  errorCode: z.string().nullish(),
  errorMessage: z.string().nullish(),
  errorLink: z.string().nullish(),
};

export const deploymentAnswer = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  target: z.string().nullish(),
  readyState,
  readySubstate: substate,
  createdAt: z.number(),
  meta,
  inspectorUrl: z.string().nullish(),
  /** Checks of integrations, which Vercel waits for before it gives a domain. */
  checksState: z.string().nullish(),
  checksConclusion: z.string().nullish(),
  checks: z.record(z.string(), z.object({ state: z.string().nullish() }).nullish()).nullish(),
  ...vercelFault,
});

const listed = z
  .object({
    uid: z.string(),
    name: z.string(),
    url: z.string().nullish(),
    target: z.string().nullish(),
    readyState: readyState.optional(),
    state: z.string().optional(),
    readySubstate: substate,
    created: z.number(),
    createdAt: z.number().optional(),
    meta,
    inspectorUrl: z.string().nullish(),
    ...vercelFault,
  })
  .transform(({ uid, url, state, readyState: ready, created, createdAt, ...rest }) => ({
    ...rest,
    id: uid,
    url: url ?? '',
    readyState: ready ?? state ?? 'QUEUED',
    createdAt: createdAt ?? created,
  }));

type Checks = 'checksState' | 'checksConclusion' | 'checks';
type DeploymentAnswer = z.infer<typeof deploymentAnswer>;
/** A list tells nothing of checks. */
export type VercelDeployment = Omit<DeploymentAnswer, Checks> &
  Partial<Pick<DeploymentAnswer, Checks>>;

export const listAnswer = z.object({
  deployments: z.array(listed),
  pagination: z.object({ next: z.number().nullish() }),
});

const name = z.union([z.number(), z.string()]).optional();
/** The repository that a project is connected to; each kind of host has names of its own for it. */
const projectLink = z.object({
  type: z.string().optional(),
  repoId: name,
  projectId: name,
  uuid: name,
  workspaceUuid: name,
});
export type ProjectLink = z.infer<typeof projectLink>;

export const projectAnswer = z.object({
  id: z.string(),
  name: z.string(),
  accountId: z.string(),
  /** What asks visitors of a deployment's own address to log in. */
  ssoProtection: z.object({ deploymentType: z.string() }).nullish(),
  passwordProtection: z.object({ deploymentType: z.string().optional() }).nullish(),
  targets: z.record(z.string(), z.object({ id: z.string() }).nullish()).optional(),
  link: projectLink.nullish(),
  lastAliasRequest: z
    .object({
      toDeploymentId: z.string(),
      jobStatus: z.string(),
      requestedAt: z.number(),
      type: z.string(),
    })
    .nullish(),
});

export type ProjectAnswer = z.infer<typeof projectAnswer>;

const projectDomain = z.object({
  name: z.string(),
  redirect: z.string().nullish(),
  gitBranch: z.string().nullish(),
  customEnvironmentId: z.string().nullish(),
  verified: z.boolean(),
});
export type ProjectDomain = z.infer<typeof projectDomain>;

export const domainsAnswer = z.object({
  domains: z.array(projectDomain),
  pagination: z.object({ next: z.number().nullish() }),
});

export const environmentsAnswer = z.object({
  environments: z.array(z.object({ slug: z.string() })),
});

/** The description says a list, the service answers with one. */
const alias = z.object({ deploymentId: z.string().nullish() });
export const aliasAnswer = z.union([alias, z.array(alias).transform(([first]) => first ?? {})]);

export const promotedAliasesAnswer = z.object({
  aliases: z.array(z.object({ alias: z.string(), status: z.string() })),
});

const side = z.object({ id: z.string() }).nullish();
const stage = z.object({ index: z.number(), targetPercentage: z.number() });
export const rollingAnswer = z.object({
  rollingRelease: z
    .object({
      state: z.string(),
      currentDeployment: side,
      canaryDeployment: side,
      /** Asked for by others meanwhile: it has its turn once this one is over. */
      queuedDeploymentId: z.string().nullish(),
      activeStage: stage.nullish(),
      stages: z.array(stage),
    })
    .nullish(),
});

export type Rolling = NonNullable<z.infer<typeof rollingAnswer>['rollingRelease']>;

export const rollingConfigAnswer = z.object({
  rollingRelease: z
    .object({
      stages: z
        .array(
          z.object({
            targetPercentage: z.number(),
            requireApproval: z.boolean().optional(),
            duration: z.number().optional(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

export const billingAnswer = z.object({ reason: z.string(), message: z.string() });

const vercelSaid = z.object({
  text: z.string().optional(),
  created: z.number().optional(),
  id: z.string().optional(),
});
/** Some answers have all in a payload, some beside it. */
export const eventsAnswer = z.array(
  z
    .union([vercelSaid.extend({ payload: vercelSaid }), vercelSaid])
    .nullish()
    .transform((event): BuildLine => {
      const {
        text = '',
        created = 0,
        id,
      } = { ...event, ...(event && 'payload' in event ? event.payload : {}) };
      return { text, at: event?.created ?? created, id: id ?? `${created} ${text}` };
    }),
);

/** One line that a build has written. */
export interface BuildLine {
  readonly text: string;
  readonly at: number;
  readonly id: string;
}

/** What was answered, or a failure that says what it lacks. */
export function readVercel<T>(schema: z.ZodType<T>, answer: unknown, asked: string): T {
  const { data, error } = schema.safeParse(answer);
  if (!error) return data;
  const [issue] = error.issues;
  const where = issue?.path.join('.') || 'the answer';
  const why = errorSaid(answer) ?? `${where} (${issue?.message})`;
  // A read has done nothing, and can be repeated.
  const failure = asked.startsWith('GET ') ? 'transient' : 'unknown';
  throw new ProviderError(failure, `Vercel's answer to ${asked} has an unknown form: ${why}`);
}

const saidError = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** An error that came as if all was well. */
function errorSaid(answer: unknown): string | null {
  const { data } = saidError.safeParse(answer);
  return data ? `the error ${data.error.message} (${data.error.code})` : null;
}
