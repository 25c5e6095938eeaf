import { openRest } from '../../../../src/clients/aws/rest.ts';
import { ProviderError } from '../../../../src/contract/index.ts';
import { groupName } from '../../arn.ts';
import type { Compute, Crew, CrewState } from '../compute.ts';
import { albSpecIn, type LambdaSpec, targetsIn } from '../spec.ts';
import { FunctionCalls, type FunctionState } from './calls.ts';
import { aliasOf, functionArn, isMoving, type LambdaPlace } from './place.ts';

export interface LambdaMeans {
  readonly at: LambdaPlace;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly profile: string | undefined;
}

/**
 * Versions of one function. Each release has an alias of its own, which never moves, and is the one
 * target of its group: the weights of the rule share the traffic out, never those of an alias.
 */
export function lambdaCompute({ at, env, profile }: LambdaMeans): Compute {
  const door = openRest('lambda', env, { region: at.region, profile });
  const calls = new FunctionCalls(door, at.function);
  return {
    cannot: {
      replace:
        'a function is one target, and cannot be replaced in parts: use canary or blue-green',
    },
    idle: 'free',
    unchecked: true,
    start: async ({ release, group }, signal) => {
      const spec = lambdaSpecIn(release);
      if (!spec) return;
      const alias = aliasOf(release.id);
      if (!(await calls.hasAlias(alias, signal))) {
        const version = spec.version ?? (await calls.publish(spec, signal));
        await calls.name(alias, version, signal);
      }
      await calls.allow(alias, { name: groupName(group), arn: group }, signal);
    },
    poll: async ({ release }, signal) => {
      // What was found there is registered as it was.
      if (!lambdaSpecIn(release)) return { targets: targetsIn(release), failed: null, words: null };
      const alias = aliasOf(release.id);
      return functionStateOf(await calls.state(alias, signal), functionArn(at, alias));
    },
    list: async () => new Map(),
    stop: async () => {},
    foreign: (target) =>
      isMoving(target)
        ? `the load balancer calls ${at.function} without a version, so that new code would serve at once: publish one, allow it to be called, and register ${functionArn(at, 'NUMBER')} instead`
        : null,
    describe: async ({ lambda }) => {
      if (!lambda)
        throw new ProviderError('permanent', 'the config names no function: set lambda.function');
      const { function: name, image, code, version } = lambda;
      if (version && !(await calls.state(version)))
        throw new ProviderError(
          'permanent',
          `the function ${name} has no version ${version}: publish it, or set lambda.version to one that exists`,
        );
      const given = version ? { version } : image ? { image } : { ...code };
      return { compute: 'lambda', function: name, ...given };
    },
  };
}

function lambdaSpecIn(release: Crew['release']): LambdaSpec | null {
  const spec = albSpecIn(release);
  if (spec.compute === 'targets') return null;
  if (spec.compute === 'lambda') return spec;
  throw new ProviderError('permanent', `${release.version} is not a version of a function`);
}

function functionStateOf(state: FunctionState | null, target: string): CrewState {
  if (!state) return { targets: [], failed: null, words: 'its version is not published yet' };
  const { Version, State = 'Active', StateReason } = state;
  if (State === 'Failed') {
    const reason = `version ${Version} cannot be run: ${StateReason ?? 'AWS gives no reason'}`;
    return { targets: [], failed: { reason, logs: [] }, words: null };
  }
  const isReady = State !== 'Pending';
  const words = isReady ? null : `version ${Version} is being prepared`;
  return { targets: isReady ? [target] : [], failed: null, words };
}
