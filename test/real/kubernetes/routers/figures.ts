import { appendFile } from 'node:fs/promises';

/** What one router did through its data plane, as it is printed. */
export interface RouterFigures {
  readonly router: string;
  /** The part of all answers that came from the new release, at each weight. */
  readonly shares: readonly {
    readonly weight: number;
    readonly seen: number;
    readonly within: boolean;
  }[];
  readonly switches: number;
  readonly requests: number;
  readonly failed: number;
  /** Ms from our write to the last answer of the old release. */
  readonly median: number;
  readonly most: number;
}

/** For whoever wants them together; `scripts/bench/kubernetes/routers.ts` does. */
export async function keepFigures(figures: RouterFigures): Promise<void> {
  const file = process.env.DEPLOYCTL_ROUTER_FIGURES;
  if (file) await appendFile(file, `${JSON.stringify(figures)}\n`);
}
