/** A row of a decision: conditions that must all hold, and what to do then. */
export type Row<Situation, Move> = readonly [when: Partial<Situation>, move: Move];

/** What the first row says whose conditions all hold. */
export function decide<Situation extends object, Move>(
  rows: readonly Row<Situation, Move>[],
  situation: Situation,
): Move {
  const row = rows.find(([when]) =>
    Object.entries(when).every(([fact, value]) => Reflect.get(situation, fact) === value),
  );
  if (!row) throw new Error(`no row decides about ${JSON.stringify(situation)}`);
  return row[1];
}
