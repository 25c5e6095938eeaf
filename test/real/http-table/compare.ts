import { REASONS } from './reasons.ts';
import type { Row } from './table.ts';

export const differs = ({ edge, nginx, haproxy }: Row): boolean =>
  edge !== nginx || edge !== haproxy;

const reasons = new Map(REASONS.flatMap(({ why, cases }) => cases.map((name) => [name, why])));

export const reasonFor = (name: string): string | undefined => reasons.get(name);

export interface Comparison {
  readonly same: number;
  /** Cases in which the edge differs, each with its reason. */
  readonly explained: readonly Row[];
  readonly unexplained: readonly Row[];
  /** Reasons for what does not differ, or is not tried. */
  readonly idle: readonly string[];
}

export function compare(rows: readonly Row[]): Comparison {
  const differing = rows.filter(differs);
  const names = new Set(differing.map(({ name }) => name));
  return {
    same: rows.length - differing.length,
    explained: differing.filter(({ name }) => reasons.has(name)),
    unexplained: differing.filter(({ name }) => !reasons.has(name)),
    idle: [...reasons.keys()].filter((name) => !names.has(name)),
  };
}
