import type {
  DeployEvent,
  EventMap,
  EventType,
  JournalRecord,
  Outcome,
} from '../../contract/index.ts';
import { advance, type DeploymentState, failedUndo, pickedUp, replay } from '../../engine/index.ts';

/** Tells recorded deployments as the events that a reporter knows, so that a story looks like the run did. */
export class Story {
  #state: DeploymentState | null = null;

  get state(): DeploymentState | null {
    return this.#state;
  }

  /** The events that one more record stands for. */
  next(record: JournalRecord): DeployEvent[] {
    const before = this.#state;
    const after =
      before && record.body.kind !== 'opened' ? advance(before, record) : replay([record]);
    this.#state = after;
    return eventsOfRecordsTold(record, before, after).map(
      (event) => ({ ...event, at: record.at, deployment: record.deployment }) as DeployEvent,
    );
  }
}

type EventsOfRecordsTold = { [K in EventType]: { type: K; data: EventMap[K] } }[EventType];

function eventsOfRecordsTold(
  record: JournalRecord,
  before: DeploymentState | null,
  after: DeploymentState,
): EventsOfRecordsTold[] {
  const { body } = record;
  switch (body.kind) {
    case 'opened':
      return [eventsOfRecordsBegun(after, false)];
    case 'taken':
      return [eventsOfRecordsBegun(after, true)];
    case 'step':
      return [...ended(body.outcome, before), ...eventsOfRecordsStepBegun(body.intent, after)];
    case 'gates':
      return body.rounds.map(({ step, gate, measurement, judgement: { state, ...judgement } }) => {
        const advisory = after.plan.gates[gate]?.advisory ?? false;
        return { type: 'measured', data: { step, gate, measurement, judgement, advisory } };
      });
    case 'control':
      return [{ type: 'control', data: { control: body.control } }];
    case 'turned':
      return [
        ...ended(body.outcome, before),
        {
          type: 'turned',
          data: { reason: body.reason, gate: body.gate, course: body.course, logs: [] },
        },
      ];
    case 'paused':
      return [
        ...ended(body.outcome, before),
        {
          type: 'paused',
          data: {
            stop: body.stop,
            reason: body.reason,
            direction: after.direction,
            undo: failedUndo(after) !== null,
          },
        },
      ];
    case 'ended': {
      const { result, reason } = body;
      const took = record.at - after.openedAt;
      return [
        ...ended(body.outcome, before),
        { type: 'ended', data: { result, reason, observation: null, took } },
      ];
    }
  }
}

function eventsOfRecordsBegun(state: DeploymentState, resumed: boolean): EventsOfRecordsTold {
  const { plan, holder, direction } = state;
  const data = { plan, actor: holder.actor, resumed, direction };
  return { type: 'begun', data: { ...data, ...(resumed ? pickedUp(state) : {}) } };
}

function eventsOfRecordsStepBegun(
  id: string | null,
  { course, direction }: DeploymentState,
): EventsOfRecordsTold[] {
  const step = course.find((candidate) => candidate.id === id);
  if (!step) return [];
  return [
    {
      type: 'step-begun',
      data: { step, number: course.indexOf(step) + 1, of: course.length, direction },
    },
  ];
}

/** The end of a step; a route that was done is also told as the split it made. */
function ended(outcome: Outcome | null, before: DeploymentState | null): EventsOfRecordsTold[] {
  const step = before?.course.find(({ id }) => id === outcome?.step);
  if (!outcome || !step || !before) return [];
  const { plan, direction } = before;
  const told: EventsOfRecordsTold[] = [{ type: 'step-ended', data: { outcome, step, direction } }];
  if (step.action.kind === 'route' && outcome.result === 'done') {
    const split = {
      split: step.action.split,
      stable: plan.before.live?.id ?? null,
      candidate: plan.release.id,
    };
    told.unshift({ type: 'routed', data: split });
  }
  return told;
}
