import {
  type BackgroundSource,
  DeployError,
  type GateSource,
  type Identity,
  type Measurement,
  type MeasureRequest,
  type Observation,
  PHASES,
  type Plugin,
  type Provider,
  ProviderError,
  type ProviderKind,
  type Release,
  type Reporter,
  type Review,
  type Step,
  type Verification,
} from './contract/index.ts';

/**
 * Parts of plug-ins as the rest of the program meets them: what they are handed is a copy, what they
 * give back is looked at, and whatever they throw becomes an error in words.
 */
type Strategy = NonNullable<Plugin['strategies']>[number];

export type Redact = (text: string) => string;

export function guardedStrategy(strategy: Strategy): Strategy {
  const { name } = strategy;
  const refused = (why: string, cause?: unknown) =>
    new DeployError('plan-refused', {
      message: `The strategy ${name}, of a plug-in, made no plan.`,
      why,
      state: 'Nothing was touched.',
      cause,
    });
  const asked = <T>(ask: () => T): T => {
    try {
      const answer = ask();
      // It is refused at once, and what it comes to later is nobody's business.
      if (answer instanceof Promise) answer.catch(() => {});
      return structuredClone(answer);
    } catch (error) {
      if ((error as Error | null)?.name === 'DeployError') throw error;
      throw refused(wordsOf(error), error);
    }
  };
  return {
    name,
    plan: (input) => {
      const steps: unknown = asked(() => strategy.plan(structuredClone(input)));
      const wrong = Array.isArray(steps) ? steps.findIndex((step) => !isStep(step)) : 0;
      if (Array.isArray(steps) && wrong < 0) {
        // No steps means that nothing is to do, and only what is seen says that.
        if (steps.length > 0 || input.observation.live === input.release.id) return steps;
        throw refused(`It gave no steps, and ${input.release.version} is not live.`);
      }
      throw refused(
        `What it gave is no list of steps${Array.isArray(steps) ? ` (${wrong})` : ''}.`,
      );
    },
    notes: (input) => {
      const notes: unknown = asked(() => strategy.notes?.(structuredClone(input)) ?? []);
      return Array.isArray(notes) ? notes.filter((note) => typeof note === 'string') : [];
    },
  };
}

export function guardedSource(source: GateSource | BackgroundSource, redact: Redact) {
  const clipped = (detail: string) => redact(detail).slice(0, LONGEST_DETAIL);
  const measure = async (request: MeasureRequest): Promise<Measurement> => {
    try {
      const found: unknown = await source.measure(copied(request));
      if (!isMeasurement(found)) return unread('it gave no measurement');
      const { kind, candidate, stable, unit, detail } = structuredClone(found);
      return { kind, candidate, stable, unit, detail: clipped(detail) };
    } catch (error) {
      return unread(clipped(wordsOf(error)));
    }
  };
  if (!('begin' in source)) return { measure };
  const begin: BackgroundSource['begin'] = async (request) => {
    const end: unknown = await source.begin(copied(request));
    return async () => {
      if (typeof end === 'function') await end();
    };
  };
  return { measure, begin };
}

/** The signal cannot be copied, and the reading is shared by all gates of a round. */
function copied<T extends Omit<MeasureRequest, 'window'>>(request: T): T {
  const { settings, subject, observe, labels, reach } = request;
  return {
    ...request,
    settings: structuredClone(settings),
    subject: structuredClone(subject),
    observe: async () => structuredClone(await observe()),
    labels: async () => structuredClone(await labels()),
    reach: async (to) => structuredClone(await reach(to)),
  };
}

const unread = (detail: string): Measurement => ({
  kind: 'sourceError',
  candidate: null,
  stable: null,
  unit: 'yesNo',
  detail,
});

/** Of what a source says; it is kept in the record for each reading. */
const LONGEST_DETAIL = 300;

export function guardedReporter(reporter: Reporter): Reporter {
  return {
    // One that answers later than it should is listened to as well, for what it throws.
    report: (event) => reporter.report(structuredClone(event)),
    close: () => reporter.close?.(),
  };
}

export function guardedKind(kind: ProviderKind): ProviderKind {
  const { name } = kind;
  return {
    name,
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
      throw error instanceof Error ? error : new ProviderError('unknown', wordsOf(error));
    });
    if (fits(answer)) return structuredClone(answer);
    throw new ProviderError(
      'permanent',
      `${what} of the provider ${name} gave no answer of its kind`,
    );
  };
  return {
    identity: identityOf(name, provider),
    observe: (signal) => asked('observe', async () => provider.observe(signal), isObservation),
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

const NO_REVIEW: Review = { refusals: [], notes: [] };

function identityOf(name: string, { identity }: Provider): Identity {
  if (isObject(identity?.place) && isObject(identity.pins)) return structuredClone(identity);
  throw new ProviderError('permanent', `the provider ${name} does not say what it points at`);
}

function data<T>(name: string, value: T): T {
  if (isObject(value)) return structuredClone(value);
  throw new ProviderError('permanent', `the provider ${name} gave no answer of its kind`);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const areNumbers = (...values: unknown[]) => values.every((value) => Number.isFinite(value));
const isText = (value: unknown) => typeof value === 'string';

const isWords = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(isText) && value[0] !== '';
const isRelease = (value: unknown) =>
  isObject(value) && isText((value as Release).id) && isText((value as Release).version);
const isSplit = (value: unknown) => isObject(value) && areNumbers(...Object.values(value));

/** What each kind of action cannot do without: a way back that cannot be run would hold the target for ever. */
const ACTIONS: Readonly<Record<string, (action: Readonly<Record<string, unknown>>) => boolean>> = {
  start: ({ release, capacity, weights }) =>
    isRelease(release) && areNumbers(capacity) && Array.isArray(weights) && areNumbers(...weights),
  scale: ({ release, capacity }) => isText(release) && areNumbers(capacity),
  route: ({ split, match }) => isSplit(split) && (match === null || isObject(match)),
  replace: ({ release, from, replaced, of, surge, unavailable }) =>
    isRelease(release) && isRelease(from) && areNumbers(replaced, of, surge, unavailable),
  promote: ({ release }) => isText(release),
  retire: ({ release, keeps }) => isText(release) && (keeps === null || isText(keeps)),
  check: ({ gates, release }) =>
    Array.isArray(gates) && gates.every(isText) && (release === null || isText(release)),
  hold: ({ duration, extension }) => areNumbers(duration, extension),
  bake: ({ duration, extension }) => areNumbers(duration, extension),
  approve: ({ question, expires }) => isText(question) && areNumbers(expires),
  run: ({ name, command, timeout, undo }) =>
    isText(name) && isWords(command) && areNumbers(timeout) && (undo === null || isWords(undo)),
};

const isAction = (value: object) => {
  const { kind } = value as { kind?: unknown };
  return Object.hasOwn(ACTIONS, String(kind)) && ACTIONS[String(kind)]?.({ ...value }) === true;
};

function isStep(value: unknown): value is Step {
  if (!isObject(value)) return false;
  const { id, title, phase, action, watch, onFailure, deadline, attempts, estimate } =
    value as Partial<Step>;
  return (
    [id, title].every(isText) &&
    PHASES.some((known) => known === phase) &&
    isObject(action) &&
    isAction(action) &&
    Array.isArray(watch) &&
    watch.every(isText) &&
    ['rollback', 'hold', 'ask'].includes(String(onFailure)) &&
    areNumbers(deadline, attempts, estimate?.best, estimate?.worst, estimate?.weight)
  );
}

const UNITS: readonly unknown[] = ['ratio', 'ms', 'count', 'perSecond', 'yesNo'];
const READ: readonly unknown[] = [
  ...['ok', 'noData', 'partial', 'stale', 'notFinite', 'wrongVersion', 'sourceError', 'timeout'],
];

function isMeasurement(value: unknown): value is Measurement {
  if (!isObject(value)) return false;
  const { kind, unit, detail, candidate, stable } = value as Partial<Measurement>;
  const isReading = (reading: Measurement['candidate'] | undefined) =>
    reading === null || areNumbers(reading?.value, reading?.samples);
  return (
    READ.includes(kind) &&
    UNITS.includes(unit) &&
    isText(detail) &&
    isReading(candidate) &&
    isReading(stable)
  );
}

function isObservation(seen: Observation): boolean {
  return (
    isObject(seen) &&
    Array.isArray(seen.releases) &&
    isObject(seen.endpoints) &&
    isObject(seen.capabilities)
  );
}

const STATES = ['done', 'pending', 'failed', 'diverged'];
const isReview = (found: Review) =>
  isObject(found) &&
  [found.refusals, found.notes].every((said) => Array.isArray(said) && said.every(isText));
const isVerification = (found: Verification) => isObject(found) && STATES.includes(found.state);

/** Anything can be thrown, even what cannot become text. */
function wordsOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : `it threw ${String(error)}`;
  } catch {
    return 'it threw what is no text';
  }
}
