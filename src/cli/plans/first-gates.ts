import type { GateSpec } from '../../contract/index.ts';

type Gates = Readonly<Record<string, GateSpec>>;

interface FirstGates {
  readonly gates: Gates;
  readonly notes: readonly string[];
}

const firstGateNote = (name: string) =>
  `Gate ${name} only compares with the release that serves, and none does yet: it is only shown in this deployment and decides nothing.`;

/**
 * Gates of a first deployment, where no release serves to be compared with. Their own limits decide
 * as ever; one that has none besides the comparison can say nothing, and is only shown.
 */
export function firstGates(all: Gates, watched: ReadonlySet<string>): FirstGates {
  const notes: string[] = [];
  const entries = Object.entries(all).map(([name, spec]): [string, GateSpec] => {
    const { judge } = spec;
    const { kayenta, ...own } = judge;
    if (judge.compare === null && !kayenta) return [name, spec];
    const alone = { ...spec, judge: { ...own, compare: null } };
    if (judge.max !== null || judge.min !== null) return [name, alone];
    if (watched.has(name)) notes.push(firstGateNote(name));
    return [name, { ...alone, advisory: true }];
  });
  return { gates: Object.fromEntries(entries), notes };
}
