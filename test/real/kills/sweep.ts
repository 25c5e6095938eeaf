import { type Drawn, draw, type Odds } from './draw.ts';
import { Lane, type Report } from './lane.ts';

export interface Sweep {
  readonly seed: number;
  readonly numbers: readonly number[];
  readonly odds: Odds;
  /** Services side by side. */
  readonly lanes: number;
  /** Ends it after the cases that are under way. */
  readonly signal?: AbortSignal;
  tell(line: string): void;
}

/** What all the cases came to. */
export class Tally {
  runs = 0;
  kills = 0;
  signals = 0;
  requests = 0;
  /** Ms that the slowest took from a signal to its end. */
  slowest = 0;
  readonly failed: string[] = [];
  readonly seen = new Map<string, number>();

  add(drawn: Drawn, { acts, requests }: Report): void {
    this.runs += 1;
    this.requests += requests;
    for (const { blow, settled } of acts) {
      if (!blow) continue;
      if (blow.weapon === 'SIGKILL') this.kills += 1;
      else this.signals += 1;
      this.slowest = Math.max(this.slowest, settled ?? 0);
      const what = `${drawn.strategy}: ${blow.victim} ${blow.weapon}`;
      this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
    }
  }
}

/** Carries out the cases of these numbers. */
export async function sweep(options: Sweep): Promise<Tally> {
  const { seed, numbers, odds, lanes, signal, tell } = options;
  const queue = [...numbers];
  const tally = new Tally();
  const work = async () => {
    let lane = await Lane.open();
    const next = () => (signal?.aborted ? undefined : queue.shift());
    for (let number = next(); number !== undefined; number = next()) {
      const drawn = draw(seed, number, odds);
      const report = await lane.carryOut(drawn);
      tally.add(drawn, report);
      const story = report.acts.map((act) => act.story).join(', ');
      if (numbers.length === 1) tell(story);
      if (report.violations.length === 0) continue;
      const kept = `its files: ${lane.fixture.folder}`;
      const lines = [replay(options, number), story, ...report.violations, kept].join('\n    ');
      tally.failed.push(lines);
      tell(lines);
      // What is wrong there would be wrong in every case that follows.
      await lane.close({ keep: true });
      lane = await Lane.open();
    }
    await lane.close();
  };
  await Promise.all(Array.from({ length: Math.min(lanes, numbers.length) }, work));
  return tally;
}

const replay = ({ seed, odds }: Sweep, number: number) =>
  `npm run kills -- --seed ${seed} --signals ${odds.signals} --only ${number}`;
