import { describe, expect, test } from 'vitest';
import { dispersionOf, noSpread, widen } from '../../src/judge/dispersion.ts';
import {
  add,
  type Evidence,
  noEvidence,
  stakeOf,
  weightAgainst,
  weightOver,
} from '../../src/judge/evidence.ts';
import { Draw } from '../helpers/draw.ts';

const table = (bad: number, total: number, otherBad: number, otherTotal: number) => ({
  bad,
  total,
  otherBad,
  otherTotal,
});

const WINDOWS = [
  table(3, 75, 7, 1425),
  table(1, 75, 9, 1425),
  table(0, 75, 5, 1425),
  table(6, 75, 8, 1425),
];

describe('the stake after each window', () => {
  /** Summed directly over all beginnings and alternatives, with 50 digits (mpmath). */
  test.each([
    [1, [1.0316011197637, 0.51075396674692, 0.041924645122746, 4.4251783929707]],
    [3, [0.23151805737956, 0.017239229583731, -0.16976259087232, 1.063557505516]],
  ])('is as reckoned independently, at a dispersion of %d', (dispersion, expected) => {
    let evidence = noEvidence;
    for (const [at, window] of WINDOWS.entries()) {
      evidence = add(evidence, weightAgainst(window, 1.5), dispersion);
      expect(stakeOf(evidence)).toBeCloseTo(expected[at] as number, 9);
    }
  });

  test('is so for one track against a limit', () => {
    let evidence = noEvidence;
    const rows = [
      [2, -0.12306327439756],
      [0, -0.63579383603949],
      [5, 1.2518875735782],
    ] as const;
    for (const [bad, stake] of rows) {
      evidence = add(evidence, weightOver(bad, 100, 0.01), 1);
      expect(stakeOf(evidence)).toBeCloseTo(stake, 9);
    }
  });

  test('is the same for who reads it back from JSON in the middle', () => {
    const through = (evidence: Evidence) => JSON.parse(JSON.stringify(evidence)) as Evidence;
    const [whole, killed] = [(e: Evidence) => e, through].map((keep) =>
      WINDOWS.reduce((e, window) => keep(add(e, weightAgainst(window, 1.5), 2)), noEvidence),
    );
    expect(killed).toEqual(whole);
  });
});

interface Traffic {
  readonly candidate: number;
  readonly stable: number;
  /** Shares of bad ones, window by window. */
  readonly own: (window: number) => number;
  readonly other: (window: number) => number;
  readonly burst?: number;
  readonly weight?: (window: number) => number;
}

const LOOKS = 40;
const FAILS = -Math.log(0.009);

/** Share of runs condemned within 40 windows, after 30 windows of stable alone. */
function condemned(traffic: Traffic, runs: number): number {
  const draw = new Draw(11);
  const { own, other, burst = 1, weight = () => 1 } = traffic;
  let count = 0;
  for (let run = 0; run < runs; run++) {
    let [evidence, spread] = [noEvidence, noSpread];
    for (let past = 0; past < 30; past++)
      spread = widen(spread, {
        bad: draw.bad(traffic.stable, other(0), burst),
        total: traffic.stable,
      });
    for (let window = 0; window < LOOKS; window++) {
      const total = Math.round(traffic.candidate * weight(window));
      const bad = draw.bad(total, own(window), burst);
      const otherBad = draw.bad(traffic.stable, other(window), burst);
      spread = widen(spread, { bad: otherBad, total: traffic.stable }, { bad, total });
      const seen = table(bad, total, otherBad, traffic.stable);
      evidence = add(evidence, weightAgainst(seen, 1.5), dispersionOf(spread));
      if (stakeOf(evidence) < FAILS || evidence.since.against < 2) continue;
      count++;
      break;
    }
  }
  return count / runs;
}

const always = (share: number) => () => share;

describe('who looks forty times', () => {
  test.each([
    [0.001, 1],
    [0.005, 1],
    [0.02, 1],
    [0.005, 5],
    [0.005, 20],
  ])(
    'condemns less than one in a hundred of those that are as good: %d, bursts of %d',
    (share, burst) => {
      const traffic = {
        candidate: 75,
        stable: 1425,
        own: always(share),
        other: always(share),
        burst,
      };
      expect(condemned(traffic, 400)).toBeLessThanOrEqual(0.01);
    },
  );

  test('nor of those that are as bad as is tolerated', () => {
    const traffic = { candidate: 400, stable: 7600, own: always(0.0075), other: always(0.005) };
    expect(condemned(traffic, 400)).toBeLessThanOrEqual(0.01);
  });

  test('nor because the weight grew while an incident troubled both tracks', () => {
    const incident = (window: number) => (window < 20 ? 0.005 : 0.05);
    const traffic = {
      candidate: 75,
      stable: 1425,
      own: incident,
      other: incident,
      weight: (window: number) => (window < 20 ? 1 : 19),
    };
    expect(condemned(traffic, 200)).toBeLessThanOrEqual(0.01);
  });

  test.each([
    [0.005, 0.05],
    [0.001, 0.01],
    [0.02, 0.1],
  ])('condemns what has risen from %d to %d', (before, after) => {
    const traffic = { candidate: 75, stable: 1425, own: always(after), other: always(before) };
    expect(condemned(traffic, 100)).toBeGreaterThan(0.95);
  });

  test('condemns a leak that begins after many good windows', () => {
    const own = (window: number) => (window < 25 ? 0.005 : 0.08);
    const traffic = { candidate: 75, stable: 1425, own, other: always(0.005) };
    expect(condemned(traffic, 100)).toBeGreaterThan(0.95);
  });
});
