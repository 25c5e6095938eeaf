import type { GateRound, GateSpec, JournalRecord } from '../../contract/index.ts';
import type { DeploymentState } from '../../engine/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { clockTime } from '../page/chart.ts';
import type { PageContent, PageStep } from '../page/page.ts';
import type { GateSeries } from '../page/series.ts';
import { Story } from './events-of-records.ts';

/** One deployment as a page: from its records, and nothing else. */
export function storyPage(records: readonly JournalRecord[]): PageContent {
  const story = new Story();
  const steps = records.flatMap((record) => story.next(record)).flatMap(stepOf);
  const { state } = story;
  if (!state) throw new Error('a chapter has records');
  const { plan, id, openedBy, openedAt, changedAt } = state;
  return {
    title: `${plan.target.service}: ${plan.release.version} (${id})`,
    ...outcomeOf(state),
    facts: [
      ['Deployment', id],
      ['Service', [plan.target.service, plan.target.environment].filter(Boolean).join(' · ')],
      ['Place', plan.target.identity.label],
      ['Version', `${plan.before.live?.version ?? 'nothing'} → ${plan.release.version}`],
      ['Strategy', plan.strategy],
      ['Begun', `${clockTime(openedAt)} by ${openedBy.name} on ${openedBy.host}`],
      ['Last record', `${clockTime(changedAt)}, after ${formatDuration(changedAt - openedAt)}`],
      ...(openedBy.url ? ([['Run', openedBy.url]] as const) : []),
      ['Plan', plan.hash],
    ],
    steps,
    series: seriesOfRounds(plan.gates, state.rounds).map((series) => endedBy(series, state)),
    next: nextFor(state),
  };
}

type StoryEvent = ReturnType<Story['next']>[number];

function stepOf(event: StoryEvent): PageStep[] {
  const { at } = event;
  switch (event.type) {
    case 'begun':
      return [{ at, tone: 'plain', words: beginning(event.data) }];
    case 'step-ended': {
      const { outcome, step, direction } = event.data;
      const back = direction === 'back' ? 'back: ' : '';
      const blame = outcome.gate ? `${outcome.gate}: ` : '';
      const why = outcome.reason ? `: ${blame}${outcome.reason}` : '';
      const words = `${back}${step.title} (${formatDuration(outcome.took)})${why}`;
      return [{ at, tone: outcome.result === 'done' ? 'good' : 'bad', words }];
    }
    case 'control': {
      const { kind, actor, reason, token } = event.data.control;
      const said = `${kind} by ${actor.name}${token === undefined ? '' : ', with a signed token'}`;
      return [{ at, tone: 'plain', words: `${said}${reason ? `: ${reason}` : ''}` }];
    }
    case 'turned':
      return [{ at, tone: 'bad', words: `rolling back: ${event.data.reason}` }];
    case 'paused':
      return [{ at, tone: 'plain', words: `left as it is: ${event.data.reason}` }];
    case 'ended':
      return [
        {
          at,
          tone: event.data.result === 'succeeded' ? 'good' : 'bad',
          words: `${event.data.result}: ${event.data.reason}`,
        },
      ];
    default:
      return [];
  }
}

const beginning = ({
  actor,
  resumed,
}: {
  actor: { name: string; host: string };
  resumed: boolean;
}) => `${resumed ? 'picked up' : 'begun'} by ${actor.name} on ${actor.host}`;

function outcomeOf({
  ended,
  stopped,
  turned,
  plan,
}: DeploymentState): Pick<PageContent, 'outcome' | 'tone'> {
  const { version } = plan.release;
  if (ended?.result === 'succeeded')
    return { outcome: `${version} is live: it succeeded.`, tone: 'good' };
  if (ended)
    return {
      outcome: `${version} was rolled back; ${plan.before.live?.version ?? 'nothing'} serves again. ${turned?.reason ?? ended.reason}`,
      tone: 'bad',
    };
  const why = stopped ? `stopped: ${stopped.reason}` : 'it goes on';
  return {
    outcome: `${version} is unfinished: ${why}.${turned ? ` It is being rolled back: ${turned.reason}` : ''}`,
    tone: 'unsure',
  };
}

export function seriesOfRounds(
  gates: Readonly<Record<string, GateSpec>>,
  rounds: readonly GateRound[],
): readonly GateSeries[] {
  return Object.entries(gates).map(([gate, spec]) => {
    const points = rounds
      .filter((round) => round.gate === gate)
      .map(({ at, measurement, judgement: { verdict, reason } }) => ({
        at,
        measurement,
        verdict,
        reason,
      }));
    const fell = points.find(({ verdict }) => verdict === 'fail');
    const last = points.at(-1);
    const verdict = fell ? 'fail' : last?.verdict === 'pass' ? 'pass' : 'inconclusive';
    return { gate, spec, points, verdict, reason: (fell ?? last)?.reason ?? 'nothing was read' };
  });
}

/** What a gate says at the end of a step is no reading: a score, or that it could not say. */
function endedBy(series: GateSeries, { turned }: DeploymentState): GateSeries {
  if (turned?.gate !== series.gate || series.verdict === 'fail') return series;
  const name = `${series.gate}: `;
  const { reason } = turned;
  const why = reason.startsWith(name) ? reason.slice(name.length) : reason;
  return { ...series, verdict: 'fail', reason: `at the end of the step: ${why}` };
}

function nextFor({ id, ended, stopped, turned, plan }: DeploymentState): PageContent['next'] {
  const fell = turned?.gate ?? null;
  return [
    ['deployctl status', 'what serves now'],
    ...(ended
      ? []
      : ([
          [`deployctl ${stopped?.stop === 'waiting' ? 'approve' : 'resume'} ${id}`, 'continues it'],
        ] as const)),
    ...(ended?.result === 'rolled-back'
      ? []
      : ([[`deployctl rollback ${id}`, 'restores what served before']] as const)),
    ...(fell === null
      ? []
      : ([
          [
            `deployctl analyze --gate ${fell}`,
            'asks the gate that decided about what is live: does the fault come from the new version alone?',
          ],
          [
            'deployctl analyze --deployments 10',
            `whether the gates would have stopped good releases, too`,
          ],
        ] as const)),
    ['deployctl logs', `what the units of ${plan.release.version} said, where they still run`],
    [`deployctl history ${id} --output json`, 'every record, with the counts of each window'],
  ];
}
