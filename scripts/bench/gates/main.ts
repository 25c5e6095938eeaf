import { Draw } from '../../../test/helpers/draw.ts';
import { benchAskedIn, USAGE } from './asked.ts';
import type { Verdict } from './judges.ts';
import { judgedByUs } from './ours.ts';
import { judgedAsArgo, judgedAsFlagger, judgedAsKayenta } from './peers.ts';
import { isProvable } from './provable.ts';
import {
  goodness,
  PAST,
  type Service,
  STAGES,
  serviceOf,
  TICK,
  type Trouble,
  tickOf,
  ticksOf,
  troubleOf,
} from './services.ts';
import { Tally } from './tally.ts';

const MINUTE = 60 / TICK;
const ENDS = STAGES.map((_, index) =>
  STAGES.slice(0, index + 1).reduce((sum, { seconds }) => sum + seconds / TICK, 0),
);

const JUDGES = ['deployctl', 'Argo Rollouts', 'Argo, each minute', 'Flagger', 'Kayenta'] as const;
const tallies = new Map(JUDGES.map((name) => [name, new Tally(name)]));

function judgeAll(draw: Draw, service: Service, trouble: Trouble): readonly Verdict[] {
  const all = ticksOf(draw, service, trouble);
  const [past, ticks] = [all.slice(0, PAST), all.slice(PAST)];
  return [
    judgedByUs(past, ticks, (at, now) => tickOf(draw, { service, trouble, now }, at)),
    judgedAsArgo(ticks),
    judgedAsArgo(ticks, MINUTE),
    judgedAsFlagger(ticks),
    judgedAsKayenta(ticks, ENDS),
  ];
}

const seedOf = (seed: number, release: number) => Math.imul(seed, 1_000_003) + release * 7919;

const say = (line = '') => process.stdout.write(`${line}\n`);

/**
 * Simulated releases, each judged by all. The same course, the same requests; what each judge is told
 * of them is what it asks for.
 */
function compareJudges(runs: number, seed: number): number {
  for (let run = 0; run < runs; run++) {
    // Each release has chance of its own: how long a judge looks at one changes none of the others.
    const [draw, drawOfBad] = [0, 1].map((half) => new Draw(seedOf(seed, 2 * run + half))) as [
      Draw,
      Draw,
    ];
    const service = serviceOf(draw);
    const good = judgeAll(draw, service, goodness(draw));
    const trouble = troubleOf(drawOfBad, service);
    const bad = judgeAll(drawOfBad, service, trouble);
    const provable = isProvable(service, trouble);
    for (const [index, name] of JUDGES.entries()) {
      const tally = tallies.get(name) as Tally;
      tally.good(good[index] as Verdict, service);
      tally.bad(bad[index] as Verdict, { service, trouble, provable });
    }
  }

  say(`${runs} good and ${runs} bad releases, seed ${seed}`);
  say(Tally.heading());
  for (const tally of tallies.values()) say(tally.line());
  say();
  say('Good releases that deployctl leaves undecided, by requests per second of the service');
  for (const line of (tallies.get('deployctl') as Tally).undecidedByRate()) say(line);
  say();
  say('Bad releases by kind: stopped, median time to stop');
  for (const line of Tally.byKind([...tallies.values()])) say(line);

  const [ours, ...peers] = [...tallies.values()] as [Tally, ...Tally[]];
  const goals: readonly (readonly [string, boolean])[] = [
    ['false alarms at most 1 %', ours.falseAlarms <= 0.01],
    ['all that are twice as bad, with enough requests, are stopped', ours.missedProvable <= 0.01],
    ['stopped sooner than by any other', peers.every((peer) => ours.median < peer.median)],
    ['less exposure than with any other', peers.every((peer) => ours.exposure < peer.exposure)],
  ];
  say();
  for (const [what, holds] of goals) say(`${holds ? '✔' : '✖'} ${what}`);
  return goals.every(([, holds]) => holds) ? 0 : 1;
}

function main(args: readonly string[]): number {
  let asked: ReturnType<typeof benchAskedIn>;
  try {
    asked = benchAskedIn(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
  if (asked) return compareJudges(asked.runs, asked.seed);
  say(USAGE);
  return 0;
}

// Whoever reads only the first lines (`| head`) has what was wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = main(process.argv.slice(2));
