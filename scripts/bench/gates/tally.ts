import type { Verdict } from './judges.ts';
import { type Service, STAGES, type Trouble, weightAt } from './services.ts';

/** Seconds at 100 % until somebody notices what no gate has stopped. */
const UNNOTICED = 600;
const LENGTH = STAGES.reduce((sum, { seconds }) => sum + seconds, 0);

/** 20 requests at 5 % within the ten minutes that a stage lasts with its extension take 2/3 per second. */
const RATES = [0.67, 1, 2, 10, Infinity];

interface Bad {
  readonly service: Service;
  readonly trouble: Trouble;
  readonly provable: boolean;
}

/** What one judge made of all releases. */
export class Tally {
  readonly #name: string;
  readonly #times: number[] = [];
  readonly #kinds = new Map<string, { of: number; times: number[] }>();
  readonly #rates = RATES.map((below) => ({ below, of: 0, undecided: 0 }));
  #good = 0;
  #alarms = 0;
  #goodUndecided = 0;
  #bad = 0;
  #badUndecided = 0;
  #early = 0;
  #missed = 0;
  #provable = 0;
  #unproven = 0;
  #exposed = 0;

  constructor(name: string) {
    this.#name = name;
  }

  good({ failedAt, undecided }: Verdict, { rate }: Service): void {
    this.#good++;
    const rates = this.#rates.find(({ below }) => rate < below);
    if (rates) rates.of++;
    if (rates && undecided) rates.undecided++;
    if (failedAt !== null) this.#alarms++;
    if (undecided) this.#goodUndecided++;
  }

  bad({ failedAt, undecided }: Verdict, { trouble, provable }: Bad): void {
    this.#bad++;
    if (undecided) this.#badUndecided++;
    const kind = this.#kinds.get(trouble.kind) ?? { of: 0, times: [] };
    this.#kinds.set(trouble.kind, kind);
    kind.of++;
    if (provable) this.#provable++;
    // Who cries before anything is wrong has not found it.
    if (failedAt !== null && failedAt <= trouble.from) {
      this.#early++;
      return;
    }
    this.#exposed += exposure(trouble.from, failedAt);
    const time = failedAt === null ? Number.POSITIVE_INFINITY : failedAt - trouble.from;
    this.#times.push(time);
    if (failedAt !== null) kind.times.push(time);
    if (failedAt === null && !undecided) this.#missed++;
    if (failedAt === null && provable) this.#unproven++;
  }

  get falseAlarms(): number {
    return this.#alarms / this.#good;
  }

  get missedProvable(): number {
    return this.#provable === 0 ? 0 : this.#unproven / this.#provable;
  }

  /** Of all bad releases: one that is never stopped took for ever. */
  get median(): number {
    return middle(this.#times);
  }

  /** Seconds of all traffic that a bad release had, on average. */
  get exposure(): number {
    return this.#exposed / Math.max(1, this.#times.length);
  }

  static heading(): string {
    return row([
      'judge',
      'false alarms',
      'undecided',
      'bad: missed',
      'undecided',
      'too early',
      'provable missed',
      'median stop',
      'of the stopped',
      'exposure',
    ]);
  }

  line(): string {
    return row([
      this.#name,
      percent(this.falseAlarms),
      percent(this.#goodUndecided / this.#good),
      percent(this.#missed / this.#bad),
      percent(this.#badUndecided / this.#bad),
      percent(this.#early / this.#bad),
      `${percent(this.missedProvable)} of ${this.#provable}`,
      seconds(this.median),
      seconds(middle(this.#times.filter(Number.isFinite))),
      seconds(this.exposure),
    ]);
  }

  /** Who has too few requests is not helped by any rule. */
  undecidedByRate(): readonly string[] {
    const from = [0, ...RATES];
    return this.#rates.map(({ below, of, undecided }, index) => {
      const stretch = below === Infinity ? `from ${from[index]}` : `${from[index]} to ${below}`;
      return row([stretch, `${undecided} of ${of}`, percent(undecided / Math.max(1, of))]);
    });
  }

  static byKind(tallies: readonly Tally[]): readonly string[] {
    const kinds = [...new Set(tallies.flatMap((tally) => [...tally.#kinds.keys()]))].toSorted();
    const cell = (tally: Tally, kind: string) => {
      const { of, times } = tally.#kinds.get(kind) ?? { of: 0, times: [] };
      return `${percent(times.length / Math.max(1, of))} ${seconds(middle(times))}`;
    };
    return [
      row(['', ...tallies.map((tally) => tally.#name)]),
      ...kinds.map((kind) => row([kind, ...tallies.map((tally) => cell(tally, kind))])),
    ];
  }
}

function exposure(from: number, until: number | null): number {
  const end = Math.min(until ?? LENGTH, LENGTH);
  let sum = until === null ? UNNOTICED : 0;
  for (let at = Math.floor(from); at < end; at++) sum += weightAt(at) / 100;
  return sum;
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.POSITIVE_INFINITY;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const seconds = (time: number) => (Number.isFinite(time) ? `${Math.round(time)} s` : 'never');
const row = (cells: readonly string[]) => cells.map((cell) => cell.padEnd(18)).join('');
