import { systemClock } from '../../lib/clock.ts';
import { type AwsAccessPlace, accessFrom } from './access.ts';
import { Caller } from './caller.ts';
import { openKeys } from './credentials.ts';
import { signatureOf } from './signature.ts';

/** Services that take an action and JSON: how their hosts, their variables and their actions are called. */
const SERVICES = {
  ecs: { variable: 'ECS', target: 'AmazonEC2ContainerServiceV20141113' },
  logs: { variable: 'CLOUDWATCH_LOGS', target: 'Logs_20140328' },
  secretsmanager: { variable: 'SECRETS_MANAGER', target: 'secretsmanager' },
  ssm: { variable: 'SSM', target: 'AmazonSSM' },
} as const;
type JsonService = keyof typeof SERVICES;

/** Ms for one answer. */
const JSON_ANSWER = 8_000;

export interface JsonSender {
  send<T>(
    action: string,
    input: unknown,
    options: { readonly abortSignal?: AbortSignal },
  ): Promise<T>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The door to a service that speaks JSON, by few calls: no library for it is worth its size. */
export function openJson(
  name: JsonService,
  env: Env,
  place: Pick<AwsAccessPlace, 'region' | 'profile'>,
): Caller<JsonSender> {
  const { variable, target } = SERVICES[name];
  const access = accessFrom(env, { ...place, service: variable });
  const { region, endpoint = hostOf(name, region) } = access;
  const keys = openKeys(access);
  const url = new URL(endpoint.endsWith('/') ? endpoint : `${endpoint}/`);
  return new Caller<JsonSender>({
    send: async <T>(
      action: string,
      input: unknown,
      { abortSignal }: { abortSignal?: AbortSignal },
    ) => {
      const body = JSON.stringify(input);
      const said = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${target}.${action}`,
      };
      const request = { method: 'POST', url, headers: said, body };
      const at = systemClock.wall();
      const headers = {
        ...said,
        ...signatureOf(request, await keys(), { region, service: name, at }),
      };
      const limit = AbortSignal.timeout(JSON_ANSWER);
      const signal = abortSignal ? AbortSignal.any([abortSignal, limit]) : limit;
      return answered<T>(await fetch(url, { method: 'POST', headers, body, signal }));
    },
  });
}

const hostOf = (service: string, region: string) =>
  `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

async function answered<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  const said = parsed(text);
  if (answer.ok && said) return said as T;
  const { __type = '', message, Message } = said ?? {};
  const name = __type.split('#').at(-1) || `HTTP${answer.status}`;
  const requestId = answer.headers.get('x-amzn-requestid') ?? undefined;
  // In the form that errors of the libraries have, which is known to whoever judges them.
  throw Object.assign(new Error(message ?? Message ?? text.slice(0, 200)), {
    name,
    $metadata: { httpStatusCode: answer.status, requestId },
  });
}

interface JsonAnswer {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

function parsed(text: string): JsonAnswer | null {
  try {
    return JSON.parse(text || '{}') as JsonAnswer;
  } catch {
    return null;
  }
}
