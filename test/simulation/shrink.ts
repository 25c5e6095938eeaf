import { drawScenario, partsOf, type Scenario } from './scenario.ts';

export interface Shrunk {
  /** What can be left out, and the same still goes wrong. */
  readonly without: readonly string[];
  /** What is left of that which could be left out. */
  readonly left: readonly string[];
  readonly finding: string;
}

type Run = (scenario: Scenario) => Promise<{ readonly violations: readonly string[] }>;

/** Leaves out one part after the other for as long as the same still goes wrong; null when nothing does. */
export async function shrink(seed: number, run: Run): Promise<Shrunk | null> {
  const [finding] = (await run(drawScenario(seed))).violations;
  if (finding === undefined) return null;
  const wrong = kindOf(finding);
  const fails = async (without: readonly string[]) => {
    const { violations } = await run(drawScenario(seed, without));
    return violations.some((other) => kindOf(other) === wrong);
  };
  let without: readonly string[] = [];
  for (let before = -1; before !== without.length; ) {
    before = without.length;
    for (const part of partsOf(drawScenario(seed, without)))
      if (!isOut(part, without) && (await fails([...without, part]))) without = [...without, part];
  }
  const left = partsOf(drawScenario(seed, without)).filter((part) => !isOut(part, without));
  return { without, left, finding: finding.split('\n')[0] ?? '' };
}

/** With somebody who never comes goes what would have become of him. */
const isOut = (part: string, without: readonly string[]): boolean =>
  without.includes(part) || without.includes(part.split('.')[0] as string);

/** What went wrong, whatever the names, weights and times in it. */
function kindOf(finding: string): string {
  const [line = ''] = finding.split('\n');
  return line
    .replaceAll(/\bv\d-[0-9a-f]{8}\b/g, '<release>')
    .replaceAll(/\b[a-z2-7]{8}\b(?= (is|never|succeeded|gives))/g, '<id>')
    .replaceAll(/\d+(\.\d+)?/g, '<n>');
}

export const replayLine = (seed: number, without: readonly string[]): string =>
  `npm run sim -- --seed ${seed}${without.length > 0 ? ` --without ${without.join(',')}` : ''}`;
