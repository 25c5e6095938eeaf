import { Caller } from './caller.ts';
import { awsJsonIn } from './json.ts';
import { openSigned, type SignedEnv, type SignedPlace } from './signed.ts';

export interface RestCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From `/` on, encoded. */
  readonly path: string;
  readonly body?: unknown;
}

export interface RestSender {
  send<T>(call: RestCall, options: { readonly abortSignal?: AbortSignal }): Promise<T>;
}

/** The door to a service whose actions are methods and paths, and whose bodies are JSON. */
export function openRest(name: 'lambda', env: SignedEnv, place: SignedPlace): Caller<RestSender> {
  const send = openSigned(name, env, place);
  return new Caller<RestSender>({
    send: async <T>(
      { method, path, body }: RestCall,
      { abortSignal }: { abortSignal?: AbortSignal },
    ) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const asked = { method, path, headers: { 'content-type': 'application/json' }, body: text };
      return awsJsonIn<T>(await send(asked, abortSignal));
    },
  });
}
