import { Caller } from './caller.ts';
import {
  openSigned,
  type SignedAnswer,
  type SignedEnv,
  type SignedPlace,
  signedError,
} from './signed.ts';

/** Services that take an action and JSON: how their actions are called. */
const TARGETS = {
  ecs: 'AmazonEC2ContainerServiceV20141113',
  logs: 'Logs_20140328',
  secretsmanager: 'secretsmanager',
  ssm: 'AmazonSSM',
} as const;
type JsonService = keyof typeof TARGETS;

export interface JsonSender {
  send<T>(
    action: string,
    input: unknown,
    options: { readonly abortSignal?: AbortSignal },
  ): Promise<T>;
}

/** The door to a service that speaks JSON. */
export function openJson(
  name: JsonService,
  env: SignedEnv,
  place: SignedPlace,
): Caller<JsonSender> {
  const send = openSigned(name, env, place);
  return new Caller<JsonSender>({
    send: async <T>(
      action: string,
      input: unknown,
      { abortSignal }: { abortSignal?: AbortSignal },
    ) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${TARGETS[name]}.${action}`,
      };
      const asked = { method: 'POST', path: '/', headers, body: JSON.stringify(input) };
      return awsJsonIn<T>(await send(asked, abortSignal));
    },
  });
}

/** What a service says in JSON, or the error that it says. */
export function awsJsonIn<T>(answer: SignedAnswer): T {
  const said = parsed(answer.text);
  if (answer.ok && said) return said as T;
  const { __type = '', message, Message } = said ?? {};
  // A colon is followed by where the error is described.
  const named = __type || (answer.header('x-amzn-errortype')?.split(':')[0] ?? '');
  const name = named.split('#').at(-1) || undefined;
  throw signedError(answer, { name, message: message ?? Message });
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
