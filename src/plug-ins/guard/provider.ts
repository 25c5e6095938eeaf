import {
  FAILURE_CLASSES,
  type Identity,
  isDeployError,
  isProviderError,
  type Observation,
  type Provider,
  ProviderError,
  type ProviderKind,
  type Review,
  type Verification,
} from '../../contract/index.ts';
import { isObject, isText, settingsOf, thrownWordsOf } from './common.ts';

export function guardedKind(kind: ProviderKind): ProviderKind {
  const { name } = kind;
  return {
    name,
    ...settingsOf(kind),
    ...(typeof kind.short === 'string' ? { short: kind.short } : {}),
    ...(kind.host ? { host: kind.host.bind(kind) } : {}),
    ...(kind.starter ? { starter: kind.starter.bind(kind) } : {}),
    connection: (settings, surroundings) =>
      data(name, kind.connection(structuredClone(settings), { ...surroundings })),
    ...(kind.via ? { via: [...kind.via] } : {}),
    open: async (connection, means) =>
      guardedProvider(name, await kind.open(structuredClone(connection), { ...means })),
    release: async (request) =>
      data(name, await kind.release({ ...request, settings: structuredClone(request.settings) })),
    store: (connection) => kind.store?.(structuredClone(connection)) ?? null,
  };
}

function guardedProvider(name: string, provider: Provider): Provider {
  const asked = async <T>(what: string, ask: () => Promise<T>, fits: (answer: T) => boolean) => {
    const answer = await ask().catch((error: unknown) => {
      throw classed(error);
    });
    if (fits(answer)) return structuredClone(answer);
    throw new ProviderError('permanent', `${what} of the provider ${name} gave a malformed answer`);
  };
  return {
    identity: guardedIdentityOf(name, provider),
    ...(isObject(provider.connection) && { connection: structuredClone(provider.connection) }),
    observe: (signal, of) =>
      asked('observe', async () => provider.observe(signal, of && [...of]), isObservation),
    apply: async (operation, context) => {
      await asked(
        'apply',
        async () => provider.apply(structuredClone(operation), context),
        () => true,
      );
    },
    verify: (operation, context) =>
      asked(
        'verify',
        async () => provider.verify(structuredClone(operation), context),
        isVerification,
      ),
    ...(provider.review && {
      review: (operations, before) =>
        asked('review', async () => provider.review?.(operations, before) ?? NO_REVIEW, isReview),
    }),
    ...(provider.access ? { access: provider.access } : {}),
    close: async () => provider.close(),
  };
}

/** A class that a plain error names counts too: not every plug-in can import ours. */
function classed(error: unknown): Error {
  if (isProviderError(error) || isDeployError(error)) return error;
  const { failure, retryAfter } = Object(error) as Partial<ProviderError>;
  const known = FAILURE_CLASSES.find((name) => name === failure) ?? 'unknown';
  const asked = typeof retryAfter === 'number' ? { retryAfter } : {};
  return new ProviderError(known, thrownWordsOf(error), { ...asked, cause: error });
}

const NO_REVIEW: Review = { refusals: [], notes: [] };

function guardedIdentityOf(name: string, { identity }: Provider): Identity {
  if (isObject(identity?.place) && isObject(identity.pins)) return structuredClone(identity);
  throw new ProviderError(
    'permanent',
    `the provider ${name} does not say which place it points at`,
  );
}

function data<T>(name: string, value: T): T {
  if (isObject(value)) return structuredClone(value);
  throw new ProviderError('permanent', `the provider ${name} gave a malformed answer`);
}

function isObservation(seen: Observation): boolean {
  return (
    isObject(seen) &&
    Array.isArray(seen.releases) &&
    isObject(seen.endpoints) &&
    isObject(seen.capabilities)
  );
}

const STATES: Readonly<Record<Verification['state'], true>> = {
  done: true,
  pending: true,
  failed: true,
  diverged: true,
};
const isReview = (found: Review) =>
  isObject(found) &&
  [found.refusals, found.notes, found.lost ?? []].every(
    (said) => Array.isArray(said) && said.every(isText),
  );
const isVerification = (found: Verification) =>
  isObject(found) &&
  Object.hasOwn(STATES, String(found.state)) &&
  (!('lines' in found) || (Array.isArray(found.lines) && found.lines.every(isText)));
