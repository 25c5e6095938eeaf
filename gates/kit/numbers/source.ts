import type {
  GateSource,
  Measurement,
  MeasureRequest,
  Metric,
  Window,
} from '../../../src/contract/index.ts';
import type { ExchangeAnswer, ExchangeQuestion, Sender } from '../exchange.ts';
import { unread } from '../reading.ts';
import { troubleOf } from '../trouble.ts';
import { type Access, NO_ACCESS } from './access.ts';
import { createDesk } from './desk.ts';
import { type CountedAs, type Found, measurementOf, tallyOf } from './found.ts';
import { areOfOneRelease, fill, labelNamesIn, type Values, valuesFor } from './names.ts';
import { createFailureMemory, type FailureLook, unseenFailures } from './unseen.ts';

/** What settings say of the question, in the words that all sources of numbers share. */
export interface AskedFor {
  readonly total?: string | undefined;
  readonly bad?: string | undefined;
  readonly query?: string | undefined;
  readonly unit?: Exclude<Measurement['unit'], 'yesNo'> | undefined;
}

/** What is asked about one release, names not yet filled in. */
export interface NumberQuestion {
  readonly queries: readonly string[];
  readonly as: CountedAs;
  /** What the queries count, for a source that looks at the series themselves. */
  readonly counted?: readonly string[];
}

export interface Inquiry<Settings> {
  readonly settings: Settings;
  readonly window: Window;
  readonly as: CountedAs;
  /** Of both releases: as many answers are owed, in this order. */
  readonly queries: readonly string[];
  /** What they count, of each release; empty where the question does not say, or there is no release. */
  readonly counted: OfBoth;
  readonly signal: AbortSignal;
  /** Ms until nobody waits for the reading any longer. */
  left(): number;
  /** `signal` for what is given up before the rest of the reading is. */
  send(question: ExchangeQuestion, signal?: AbortSignal): Promise<ExchangeAnswer>;
}

interface OfBoth {
  readonly candidate: readonly string[];
  readonly stable: readonly string[];
}

/** How a kind of server is asked for numbers, and nothing of what they mean. */
export interface Language<Settings> {
  /** Keeps a value from ending what it stands in. */
  quote(value: string): string;
  unit(settings: Settings): Measurement['unit'];
  /** Who asks; left out where the questions say so themselves. */
  access?(settings: Settings): Access;
  /** `newborn`: of a release whose series may have begun inside the window. */
  question(settings: Settings, newborn: boolean): NumberQuestion;
  ask(inquiry: Inquiry<Settings>): Promise<readonly Found[]>;
  /** Whether no failures are none also of a query that has never found one; left out where `ask` knows. */
  believesNone?(settings: Settings): boolean;
}

export function plainQuestion({ total, bad, query = '' }: AskedFor): NumberQuestion {
  return total !== undefined && bad !== undefined
    ? { queries: [total, bad], as: 'bad' }
    : { queries: [query], as: 'number' };
}

/** The words of most sources, which only differ in how they ask. */
export const PLAIN = {
  question: plainQuestion,
  unit: ({ unit = 'ratio' }: AskedFor): Measurement['unit'] => unit,
  access: (settings: Access): Access => settings,
};

/** What follows from such a question for the limits and windows of a gate. */
export function numberMetric(
  { queries, as }: NumberQuestion,
  { unit = 'ratio' }: AskedFor,
  more: Pick<Metric, 'delay' | 'align'>,
): Metric {
  const counts = as !== 'number';
  return {
    words: counts ? 'a share of requests' : 'a query',
    unit: counts ? 'ratio' : unit,
    windowed: true,
    ...more,
    minSamples: counts ? 20 : 1,
    labels: labelNamesIn(queries),
    ...(areOfOneRelease(queries) ? {} : { comparable: false }),
  };
}

/** Asks for both releases over the same closed window. */
export function numberSource<Settings>(
  language: Language<Settings>,
  sender: Sender,
): GateSource<Settings> {
  const desk = createDesk(sender);
  const memory = createFailureMemory();
  return {
    past: true,
    async measure(request) {
      const { settings, signal, window } = request;
      const ends = sender.clock.monotonic() + (request.within ?? window.span);
      const { as } = language.question(settings, false);
      const unit = language.unit(settings);
      try {
        signal.throwIfAborted();
        const asked = await questionsFor(request, language);
        if ('unknown' in asked)
          return unread('sourceError', `{{${asked.unknown}}} is not known of this platform`, unit);
        const { candidate, stable, counted } = asked;
        const inquiry: Inquiry<Settings> = {
          settings,
          window,
          as,
          queries: [...candidate, ...stable],
          counted,
          signal,
          left: () => ends - sender.clock.monotonic(),
          send: (question, until = signal) =>
            desk.send(question, language.access?.(settings) ?? NO_ACCESS, until),
        };
        const answers = await language.ask(inquiry);
        const [own, usual] = [answers.slice(0, candidate.length), answers.slice(candidate.length)];
        const doubt =
          (language.believesNone?.(settings) ?? true)
            ? null
            : await unseenFailures(lookOf(language, inquiry, { own, usual }), memory);
        const compared = stable.length > 0 ? tallyOf(as, usual) : null;
        return measurementOf(
          { unit, as },
          tallyOf(as, doubt ? [...own.slice(0, 1), doubt] : own),
          compared,
        );
      } catch (error) {
        return troubleOf(error, signal, unit);
      }
    },
  };
}

/** For who doubts that nothing has failed: the queries for failures once more, over a longer time. */
function lookOf<Settings>(
  language: Language<Settings>,
  inquiry: Inquiry<Settings>,
  { own, usual }: { readonly own: readonly Found[]; readonly usual: readonly Found[] },
): FailureLook {
  const { settings, as, window, queries, signal, left } = inquiry;
  const failures = [queries[1], queries[own.length + 1]].filter((one) => one !== undefined);
  return {
    as,
    window,
    query: language.question(settings, false).queries[1] ?? '',
    candidate: own,
    stable: usual,
    signal,
    left,
    ask: (longer, until) =>
      language.ask({
        ...inquiry,
        window: longer,
        queries: failures,
        signal: until,
        send: (question) => inquiry.send(question, until),
      }),
  };
}

/** None for stable where nothing is known of it, or where the queries do not tell it from the other. */
async function questionsFor<Settings>(
  { settings, subject, window, labels }: MeasureRequest<Settings>,
  { question, quote }: Language<Settings>,
): Promise<(OfBoth & { readonly counted: OfBoth }) | { readonly unknown: string }> {
  const values = valuesFor(subject, await labels(), window);
  const filled = (texts: readonly string[], of: Values) => {
    const all = texts.map((text) => fill(text, of, quote));
    const unknown = all.find((one) => 'unknown' in one);
    return unknown ?? all.flatMap((one) => ('query' in one ? [one.query] : []));
  };
  const [own, usual] = [question(settings, true), question(settings, false)];
  const candidate = filled(own.queries, values.candidate);
  if ('unknown' in candidate) return candidate;
  const known = (texts: readonly string[], of: Values) => {
    const all = filled(texts, of);
    return 'unknown' in all ? [] : all;
  };
  const { queries, counted = [] } = usual;
  const { stable } = values;
  const isTold = stable !== null && areOfOneRelease(queries);
  return {
    candidate,
    stable: isTold ? known(queries, stable) : [],
    counted: {
      candidate: known(counted, values.candidate),
      stable: isTold ? known(counted, stable) : [],
    },
  };
}
