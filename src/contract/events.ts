import type { Judgement, Measurement } from './gate.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import type { Actor, Control, Outcome, Result, Stop } from './record.ts';
import type { Split } from './release.ts';
import type { Step } from './step.ts';

export type Direction = 'forward' | 'back';

/** Everything that can be seen of a deployment while it goes on. One map for all reporters. */
export interface EventMap {
  /** A deployment was opened, or picked up again by `resume`. */
  begun: {
    plan: Plan;
    actor: Actor;
    resumed: boolean;
    direction: Direction;
    /** When it was picked up again: the way back, if it is on it, and all that was done before, in order. */
    course?: readonly Step[];
    outcomes?: readonly Outcome[];
  };
  'step-begun': { step: Step; number: number; of: number; direction: Direction };
  /** Words about a step that is under way: "2 of 4 ready". */
  'step-progress': { step: string; message: string };
  'step-ended': { outcome: Outcome; step: Step; direction: Direction };
  /** Traffic was moved and read back. */
  routed: { split: Split; stable: string | null; candidate: string };
  measured: {
    step: string;
    gate: string;
    measurement: Measurement;
    /** Without what the judge keeps for itself. */
    judgement: Omit<Judgement, 'state'>;
    advisory: boolean;
  };
  /** A call to the outside failed in a way that is worth another try. */
  retrying: { step: string; error: string; attempt: number; wait: number };
  waiting: { step: string; question: string; expires: number };
  /** A wish from another terminal was taken up. */
  control: { control: Control };
  /** A step failed and the deployment goes back. */
  turned: { reason: string; gate: string | null; course: readonly Step[]; logs: readonly string[] };
  notice: { level: 'info' | 'warning'; message: string };
  /** The holder let go; somebody may resume. `undo`: because a hook could not be undone. */
  paused: { stop: Stop; reason: string; direction: Direction; undo: boolean };
  ended: { result: Result; reason: string; observation: Observation | null; took: number };
}

export type EventType = keyof EventMap;

export type DeployEvent<T extends EventType = EventType> = {
  [K in T]: {
    readonly type: K;
    readonly at: number;
    readonly deployment: string;
    readonly data: Readonly<EventMap[K]>;
  };
}[T];

/** Listens. One that throws is switched off and never touches the deployment. */
export interface Reporter {
  report(event: DeployEvent): void;
  close?(): Promise<void> | void;
}
