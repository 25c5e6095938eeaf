import { systemClock } from '../../lib/clock.ts';
import { type AwsAccessPlace, accessFrom } from './access.ts';
import { openKeys } from './credentials.ts';
import { signatureOf } from './signature.ts';

/** Services that few calls are made to: how their hosts and their variables are called. */
const VARIABLES = {
  autoscaling: 'AUTO_SCALING',
  ec2: 'EC2',
  ecs: 'ECS',
  lambda: 'LAMBDA',
  logs: 'CLOUDWATCH_LOGS',
  secretsmanager: 'SECRETS_MANAGER',
  ssm: 'SSM',
} as const;
export type SignedService = keyof typeof VARIABLES;

/** Ms for one answer. */
const SIGNED_ANSWER = 8_000;

export type SignedEnv = Readonly<Record<string, string | undefined>>;
export type SignedPlace = Pick<AwsAccessPlace, 'region' | 'profile'>;

interface SignedAsked {
  readonly method: string;
  /** From `/` on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignedAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
  header(name: string): string | undefined;
}

export type SendSigned = (asked: SignedAsked, signal?: AbortSignal) => Promise<SignedAnswer>;

/** The door to a service by plain requests: no library for a few calls is worth its size. */
export function openSigned(service: SignedService, env: SignedEnv, place: SignedPlace): SendSigned {
  const access = accessFrom(env, { ...place, service: VARIABLES[service] });
  const { region, endpoint = hostOf(service, region) } = access;
  const keys = openKeys(access);
  return async ({ method, path, headers: said, body }, abortSignal) => {
    const url = new URL(`${endpoint.replace(/\/$/, '')}${path}`);
    const at = systemClock.wall();
    const signature = signatureOf({ method, url, headers: said, body }, await keys(), {
      region,
      service,
      at,
    });
    const limit = AbortSignal.timeout(SIGNED_ANSWER);
    const signal = abortSignal ? AbortSignal.any([abortSignal, limit]) : limit;
    const headers = { ...said, ...signature };
    const answer = await fetch(url, { method, headers, signal, ...(body ? { body } : {}) });
    const text = await answer.text();
    const header = (name: string) => answer.headers.get(name) ?? undefined;
    return { ok: answer.ok, status: answer.status, text, header };
  };
}

const hostOf = (service: string, region: string) =>
  `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** In the form that errors of the libraries have, which is known to whoever judges them. */
export function signedError(
  { status, text, header }: SignedAnswer,
  said: {
    readonly name?: string | undefined;
    readonly message?: string | undefined;
    readonly requestId?: string | undefined;
  },
): Error {
  const { name = `HTTP${status}`, message = text.slice(0, 200) } = said;
  const requestId = header('x-amzn-requestid') ?? header('x-amz-request-id') ?? said.requestId;
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: status, requestId },
  });
}
