import type { IncomingHttpHeaders } from 'node:http';
import { type Caller, callerOf } from './credentials.ts';
import { type Form, readForm } from './query.ts';

/** One request to the API, read. */
export interface Call {
  readonly action: string;
  readonly caller: Caller;
  /** Only of the load balancing API; another one speaks JSON or REST. */
  readonly form: Form;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Request = Pick<Call, 'method' | 'path' | 'headers' | 'body'>;

/** The name of the action: in the form, in a header, or in what HTTP itself says. */
export function readCall(request: Request): Call {
  const caller = callerOf(request.headers.authorization);
  const target = request.headers['x-amz-target'];
  const isForm = (request.headers['content-type'] ?? '').includes('x-www-form-urlencoded');
  const form = isForm ? readForm(request.body.toString()) : {};
  const named =
    typeof target === 'string'
      ? target.split('.').at(-1)
      : (form.Action ?? functionAction(request, caller));
  return { ...request, caller, form, action: typeof named === 'string' ? named : request.method };
}

/** Methods and paths of functions, as policies name them. */
const FUNCTION_ACTIONS: readonly [path: RegExp, action: string][] = [
  [/^POST \/2015-03-31\/functions$/, 'CreateFunction'],
  [/^PUT .*\/code$/, 'UpdateFunctionCode'],
  [/^GET .*\/configuration\?/, 'GetFunctionConfiguration'],
  [/^GET .*\/aliases\//, 'GetAlias'],
  [/^POST .*\/aliases$/, 'CreateAlias'],
  [/^POST .*\/policy\?/, 'AddPermission'],
];

function functionAction({ method, path }: Request, { service }: Caller): string | undefined {
  if (service !== 'lambda') return undefined;
  return FUNCTION_ACTIONS.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1];
}

/** Of Auto Scaling groups, and of the templates that they launch. */
export const isInstances = ({ caller }: Call) =>
  caller.service === 'autoscaling' || caller.service === 'ec2';

export const isFunctions = ({ caller }: Call) => caller.service === 'lambda';

export const isLoadBalancing = ({ caller }: Call) => caller.service === 'elasticloadbalancing';

/** Of ECS, and of the logs that its tasks write. */
export const isTasks = ({ caller }: Call) => caller.service === 'ecs' || caller.service === 'logs';

export const isRead = ({ action }: Call) => /^(Describe|List|Get|HEAD)/.test(action);
