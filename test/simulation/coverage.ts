import type { DeploymentState } from '../../src/engine/index.ts';
import { FAULTS, type Fault } from './faults.ts';
import { impossible } from './impossible.ts';

const FORWARD = [
  'start',
  'scale',
  'route',
  'replace',
  'promote',
  'retire',
  'check',
  'hold',
  'bake',
  'approve',
  'run',
] as const;
const BACK = ['start', 'route', 'replace', 'promote', 'retire', 'run'] as const;

/** What a deployment is at: a kind of step and its direction, or what lies between and before. */
export const MOMENTS = [
  ...FORWARD,
  ...BACK.map((kind) => `${kind} back` as const),
  'between steps',
  'taking over',
  'planning',
] as const;
export type Moment = (typeof MOMENTS)[number];

export function momentOf(state: DeploymentState | null): Moment {
  if (!state || state.ended) return 'planning';
  const step = state.course.find(({ id }) => id === state.inFlight);
  if (!step) return 'between steps';
  const { kind } = step.action;
  return state.direction === 'back' ? (`${kind} back` as Moment) : kind;
}

/** How often each fault was met at each moment. */
export class Coverage {
  readonly counts = new Uint32Array(MOMENTS.length * FAULTS.length);

  add(moment: Moment, fault: Fault): void {
    const cell = MOMENTS.indexOf(moment) * FAULTS.length + FAULTS.indexOf(fault);
    this.counts[cell] = (this.counts[cell] ?? 0) + 1;
  }

  addAll(counts: Uint32Array): void {
    for (const [cell, count] of counts.entries())
      this.counts[cell] = (this.counts[cell] ?? 0) + count;
  }

  at(moment: Moment, fault: Fault): number {
    return this.counts[MOMENTS.indexOf(moment) * FAULTS.length + FAULTS.indexOf(fault)] ?? 0;
  }

  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** Possible cells that were met less often than this. */
  thin(least: number): string[] {
    return cells()
      .filter(([moment, fault]) => !impossible(moment, fault) && this.at(moment, fault) < least)
      .map(([moment, fault]) => `${fault} during ${moment}: ${this.at(moment, fault)}`);
  }

  /** One line per fault, one column per moment. */
  table(): string[] {
    const wide = Math.max(...FAULTS.map((fault) => fault.length));
    const head = MOMENTS.map((moment) => moment.replace(' back', '↩').slice(0, 9).padStart(9));
    const lines = FAULTS.map((fault) => {
      const row = MOMENTS.map((moment) => {
        const count = this.at(moment, fault);
        return (impossible(moment, fault) ? '·' : String(count)).padStart(9);
      });
      return `${fault.padEnd(wide)}${row.join('')}`;
    });
    return [`${''.padEnd(wide)}${head.join('')}`, ...lines];
  }
}

const cells = () => MOMENTS.flatMap((moment) => FAULTS.map((fault) => [moment, fault] as const));
