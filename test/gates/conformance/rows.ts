import { describe, expect, it } from 'vitest';
import type { JudgeSpec, Measurement } from '../../../src/contract/index.ts';
import { gateJudge } from '../../../src/judge/judge.ts';

/** What may come back besides an answer that is as it should be, and what is made of it everywhere. */
const ROWS = {
  nothing: 'nothing was counted',
  noFailures: 'requests, and no count of failures',
  noNumber: 'NaN, infinite, negative, more bad than all, a word',
  stale: 'numbers of another time',
  partial: 'a part of the answer, or a doubt in it',
  unripe: 'fewer samples than a pass needs',
  crossing: 'a window across a change of weight',
  another: 'an answer by another version',
  refused: 'the question is refused: it would have to be another one',
  trouble: 'the other side is in trouble or cannot be reached',
  silence: 'no answer in time',
  alone: 'numbers of the candidate, none of stable',
} as const;
export type Row = keyof typeof ROWS;

export interface RowCase {
  /** What the source is answered, by what the test sets up; read for what it is. */
  readonly measure: () => Promise<Measurement>;
  readonly kind: Measurement['kind'];
  readonly permanent?: true;
  /** What the judge makes of one such reading. */
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'error';
}

const SPEC: JudgeSpec = {
  max: null,
  min: null,
  consecutive: 1,
  for: 0,
  compare: null,
  minSamples: 1,
  onNoData: 'fail',
  errorLimit: 4,
};

/** Each row of the table: shown, or in a sentence why it cannot come to be. */
export function rowsOf(
  name: string,
  rows: Readonly<Record<Row, RowCase | string>>,
  spec: Partial<JudgeSpec> = {},
) {
  describe(`${name}, row by row`, () => {
    for (const [row, shown] of Object.entries(rows) as [Row, RowCase | string][]) {
      if (typeof shown === 'string') continue;
      it(`reads ${ROWS[row]} for what it is`, async () => {
        const measurement = await shown.measure();
        expect(measurement.kind, measurement.detail).toBe(shown.kind);
        expect(measurement.permanent).toBe(shown.permanent);
        const before = gateJudge.begin(null, false);
        const judge = { ...SPEC, ...spec };
        const { judgement, state } = gateJudge.judge(judge, before, { measurement, at: 0 });
        expect([judgement.verdict, judgement.reason]).toEqual([shown.verdict, expect.any(String)]);
        if (shown.verdict !== 'pass')
          expect(gateJudge.settled(judge, state).verdict).not.toBe('pass');
      });
    }

    it('has a reason for each row that cannot come to be', () => {
      const reasons = Object.values(rows).filter((one) => typeof one === 'string');
      for (const reason of reasons) expect(reason.split(' ').length).toBeGreaterThan(4);
    });
  });
}
