import { UNTOUCHED } from '../../contract/errors.ts';
import { DeployError, type Store, type Target } from '../../contract/index.ts';
import { nearest } from '../../lib/suggest.ts';
import { type Input, textOption } from '../shell/command.ts';
import { titleOf } from './title.ts';

export function twoVersions(command: string, word: string, release: string): DeployError {
  return new DeployError('usage', {
    message: `Two versions are named: ${word} and --release ${release}.`,
    state: UNTOUCHED,
    next: [`deployctl ${command} --release ${release}`],
  });
}

export function neverDeployed({ name }: Input, { identity }: Target, store: Store): DeployError {
  return new DeployError('not-found', {
    message: `Nothing was ever deployed to ${identity.label}.`,
    why: `The journal is ${store.url}.`,
    next: ['deployctl plan', `deployctl ${name} --store <url>`],
  });
}

export function severalServices({ name }: Input, targets: readonly Target[]): DeployError {
  const shown = targets.map((target) => {
    const { service, environment, id, identity } = target;
    // One service may have been deployed to several places: then only the target tells them apart.
    const isAlone = targets.every(
      (other) => other === target || titleOf(other) !== titleOf(target),
    );
    if (!isAlone) return { title: `${titleOf(target)} on ${identity.label}`, service: id, env: '' };
    return { title: titleOf(target), service, env: environment ? ` --env ${environment}` : '' };
  });
  return new DeployError('usage', {
    message: `Several services are recorded here, and none is named: ${shown.map(({ title }) => title).join(', ')}.`,
    state: UNTOUCHED,
    next: shown
      .slice(0, 5)
      .map(({ service, env }) => `deployctl ${name} --service ${service}${env}`),
  });
}

export function noSuchService(input: Input, targets: readonly Target[], store: Store): DeployError {
  const service = textOption(input.options, 'service');
  const environment = textOption(input.options, 'env');
  const names = [...new Set(targets.map((target) => target.service))];
  const meant = service ? nearest(service, names) : null;
  const recorded = targets.length > 0 ? `Recorded: ${targets.map(titleOf).join(', ')}.` : undefined;
  const what = `${service ? ` of ${service}` : ''}${environment ? ` in ${environment}` : ''}`;
  return new DeployError('not-found', {
    message: `No deployment${what} is recorded in ${store.url}.`,
    why: meant ? `Did you mean ${meant}?` : recorded,
    // Whoever looks for something is not told to begin something.
    next: [
      ...(meant ? [`deployctl ${input.name} --service ${meant}`] : []),
      `deployctl ${input.name} --store <url>`,
    ],
  });
}

export function viaUnreadable(word: string, command: string): DeployError {
  return new DeployError('usage', {
    message: `--via takes KEY=VALUE, not ${JSON.stringify(word)}.`,
    state: UNTOUCHED,
    next: [`deployctl ${command} --help`],
  });
}

interface ViaUnknown {
  readonly key: string;
  readonly known: readonly string[];
  /** Whose they are. */
  readonly providers: readonly string[];
}

export function viaUnknown({ name }: Input, { key, known, providers }: ViaUnknown): DeployError {
  const meant = nearest(key, known);
  const where = [...providers.map((provider) => `the provider ${provider}`), 'its journal'];
  return new DeployError('usage', {
    message: `--via does not accept ${JSON.stringify(key)}.`,
    why: `${meant ? `Did you mean ${meant}? ` : ''}Known to ${where.join(', ')}: ${known.join(', ') || 'nothing'}.`,
    state: UNTOUCHED,
    next: [`deployctl ${name} --help`],
  });
}

/** Another platform answers where the recorded one should. */
export function elsewhere(
  { identity }: Target,
  unlike: readonly string[],
  ways: readonly string[],
): DeployError {
  return new DeployError('identity-mismatch', {
    message: `This is not the "${identity.label}" that the plan was made for: another place answers.`,
    why: `${unlike.join('; ')}.`,
    state: UNTOUCHED,
    next: [...ways, 'deployctl status'],
  });
}

/** `lack` says what the provider does not do on this machine. */
export function notOnThisMachine(provider: string, lack: string): DeployError {
  return new DeployError('usage', {
    message: `The provider ${provider} ${lack}.`,
    why: "Use the platform's own commands for that.",
    state: UNTOUCHED,
    next: ['deployctl status'],
  });
}

export function cannotListRunning(provider: string): DeployError {
  return new DeployError('usage', {
    message: `The provider ${provider} cannot list what runs there.`,
    why: 'Write its config by hand: deployctl validate says what is missing.',
    state: 'Nothing was written.',
    next: ['deployctl init'],
  });
}

export function nothingToAdopt(
  provider: string,
  [key = 'KEY']: readonly string[] = [],
): DeployError {
  return new DeployError('plan-refused', {
    message: `Nothing that these credentials can see at ${provider} can be adopted.`,
    state: 'Nothing was written.',
    next: [`deployctl init --provider ${provider} --via ${key}=NAME`],
  });
}
