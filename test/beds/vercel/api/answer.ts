import type { Json, JsonObject } from '../../../../src/contract/index.ts';
import type { Deployment } from '../platform/deployment.ts';
import type { Platform } from '../platform/platform.ts';

export interface Call {
  readonly platform: Platform;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly raw: Buffer;
  /** Opens the address of a new deployment. */
  site(id: string): Promise<string>;
}

export interface Answer {
  readonly status: number;
  readonly body?: Json;
  /** Sent instead of a body of JSON. */
  readonly lines?: readonly Json[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** `GET /v9/projects/{idOrName}` → what is answered. */
export type Handlers = Readonly<Record<string, (call: Call) => Answer | Promise<Answer>>>;

/** Answered instead of what was asked for. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, code: string, message: string, more: JsonObject = {}) {
    super(message);
    this.answer = { status, body: { error: { code, message, ...more } } };
  }
}

export const found = (body: Json): Answer => ({ status: 200, body });

export function deploymentIn(
  { platform }: Call,
  idOrHost: string | undefined,
  status = 404,
): Deployment {
  const deployment = platform.deployment(idOrHost ?? '');
  if (!deployment || platform.project.away)
    throw new Refusal(status, 'not_found', "Can't find the deployment");
  return deployment;
}

/** Of the one project that this account has. */
export function projectIn({ platform, params }: Call) {
  const { project } = platform;
  const asked = params.idOrName ?? params.projectId;
  const isMeant = asked === project.id || asked === project.name;
  if (!isMeant || project.away) throw new Refusal(404, 'not_found', 'Project not found');
  return project;
}
