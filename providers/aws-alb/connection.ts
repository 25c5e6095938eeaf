import type { Identity, JsonObject, Surroundings } from '../../src/contract/index.ts';
import { readListener } from './arn.ts';
import type { AsgPlace } from './compute/asg/group.ts';
import type { EcsPlace } from './compute/ecs/service.ts';
import type { LambdaPlace } from './compute/lambda/place.ts';
import { readPlain } from './plain.ts';
import type { AlbSettings } from './settings.ts';

/** Where a service is served: all that is needed to come back to it without its config. */
export interface Connection {
  readonly listener: string;
  readonly rule: string | null;
  readonly blue: string;
  readonly green: string;
  readonly url: string | null;
  readonly previewHeader: string;
  readonly allowSticky: boolean;
  readonly propagation: number;
  readonly poll: number;
  /** Nothing is said where targets are given. */
  readonly compute?: ComputePlace;
}

/** What brings releases up there, as far as it has a place of its own. */
type ComputePlace =
  | { readonly kind: 'command'; readonly folder: string }
  | EcsPlace
  | LambdaPlace
  | AsgPlace;

export function connectionOf(settings: JsonObject, { folder }: Surroundings): JsonObject {
  const { listener, rule, groups, url, previewHeader, allowSticky, propagation, poll } =
    readPlain<AlbSettings>(settings);
  const { blue, green } = groups;
  const compute = computePlaceOf(readPlain<AlbSettings>(settings), folder);
  return {
    ...{ listener, rule, blue, green, url, previewHeader, allowSticky, propagation, poll },
    ...(compute ? { compute } : {}),
  };
}

function computePlaceOf({ command, ecs, asg, lambda, listener }: AlbSettings, folder: string) {
  const { region, account } = readListener(listener);
  if (lambda) return { kind: 'lambda', region, account, function: lambda.function };
  if (asg) return { kind: 'asg', region, ...asg.groups };
  if (ecs) {
    const { cluster, container } = ecs;
    return { kind: 'ecs', region, cluster, ...ecs.services, container };
  }
  return command ? { kind: 'command', folder } : null;
}

export const asConnection = (connection: JsonObject) => readPlain<Connection>(connection);

/** What carries the tags of the service: its rule, or the listener for the default action. */
export const placeOf = ({ rule, listener }: Connection) => rule ?? listener;

export function identityOf({ listener, rule }: Connection): Identity {
  const { region, account, dimension } = readListener(listener);
  const name = dimension.split('/')[1] ?? dimension;
  const place = { account, region, listener, rule: rule ?? 'default' };
  const which = rule ? 'a rule' : 'the default action';
  return {
    provider: 'aws-alb',
    label: `load balancer ${name} in ${region}, ${which} of ${listener.split('/').at(-1)}`,
    place,
    pins: place,
  };
}
