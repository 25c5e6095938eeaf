import type { GateSpec, Unit } from '../../contract/index.ts';
import {
  figure,
  type Log,
  USUAL_LEAST,
  USUAL_MOST,
  usualOf,
  withTolerance,
} from '../../engine/index.ts';
import { pastOfGate, pastOfTarget } from './past-readings.ts';

type Gates = Readonly<Record<string, GateSpec>>;

/** Gates that compare with what is usual, told what that is: by the journal, when the plan is made. */
export async function usualGates(
  log: Log,
  gates: Gates,
  { watched, now }: { readonly watched: ReadonlySet<string>; readonly now: number },
): Promise<{ readonly gates: Gates; readonly notes: readonly string[] }> {
  const asking = Object.entries(gates).filter(
    ([name, { judge }]) => judge.compare?.past && watched.has(name),
  );
  if (asking.length === 0) return { gates, notes: [] };
  const past = await pastOfTarget(log, USUAL_MOST);
  const told = asking.map(([name, spec]) => {
    const own = pastOfGate(past, name, spec);
    const usual = own && usualOf(own.releases, { unit: own.unit, now });
    const { compare } = spec.judge;
    if (!own || !usual || !compare)
      return { name, spec, note: tooFewReleases(name, own?.releases.length) };
    const judge = { ...spec.judge, usual: withTolerance(usual, compare) };
    return { name, spec: { ...spec, judge }, note: usualNote(name, judge.usual, own.unit) };
  });
  return {
    gates: { ...gates, ...Object.fromEntries(told.map(({ name, spec }) => [name, spec])) },
    notes: told.map(({ note }) => note),
  };
}

const tooFewReleases = (gate: string, releases = 0) =>
  `Gate ${gate}: what is usual takes ${USUAL_LEAST} past releases with enough readings, and the journal has ${releases} with any: it compares with stable alone.`;

function usualNote(
  gate: string,
  { value, limit, releases, of }: NonNullable<GateSpec['judge']['usual']>,
  unit: Unit,
): string {
  const when = of === 'any time' ? '' : `, at ${of}`;
  return `Gate ${gate}: usual is ${figure(value, unit)} (${releases} releases${when}), and more than ${figure(limit, unit)} is not.`;
}
