import {
  EXIT,
  type ExitCode,
  type GateRound,
  type GateSpec,
  type Json,
} from '../../contract/index.ts';
import {
  type DeploymentState,
  findDeployment,
  listDeployments,
  type World,
} from '../../engine/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { formatDuration } from '../../lib/duration.ts';
import { isOfCandidate, readingsIn } from '../plans/past-readings.ts';
import { type Input, wantsJson } from '../shell/command.ts';
import { aligned } from '../shell/table.ts';
import {
  type NoProposal,
  type Proposal,
  proposals,
  proposalWords,
  withProposals,
} from './proposal.ts';

/** What today's gates make of the readings that one deployment has recorded. */
interface Replayed {
  readonly deployment: string;
  readonly version: string;
  /** How it ended then: null while it goes on. */
  readonly result: string | null;
  readonly stoppedBy: {
    readonly gate: string;
    readonly after: number;
    readonly reason: string;
  } | null;
  /** Gates of the config that it recorded nothing of. */
  readonly unknown: readonly string[];
}

/**
 * The same readings through the same judge, in the order in which they were recorded: what a change
 * of limits would have done to the releases before. Nothing is asked of any source.
 */
function replayGates(
  judge: World['judge'],
  gates: Readonly<Record<string, GateSpec>>,
  { id, plan, rounds, ended, stopped, openedAt }: DeploymentState,
): Replayed {
  const names = Object.keys(gates);
  const known = new Set(rounds.map(({ gate }) => gate));
  const watched = rounds.filter(
    ({ gate, step }) => names.includes(gate) && isOfCandidate(plan, step),
  );
  const fall = firstFall(judge, gates, watched);
  return {
    deployment: id,
    version: plan.release.version,
    result: ended?.result ?? stopped?.stop ?? null,
    stoppedBy: fall && { ...fall, after: fall.at - (watched[0]?.at ?? openedAt) },
    unknown: names.filter((name) => !known.has(name)),
  };
}

function firstFall(
  judge: World['judge'],
  gates: Readonly<Record<string, GateSpec>>,
  rounds: readonly GateRound[],
): { readonly gate: string; readonly reason: string; readonly at: number } | null {
  const memories = new Map<string, { step: string; state: unknown; kept: Json | null }>();
  for (const { gate, step, at, measurement } of rounds) {
    const { judge: spec, advisory } = gates[gate] as GateSpec;
    const before = memories.get(gate);
    const state = before?.step === step ? before.state : judge.begin(before?.kept ?? null, false);
    const judged = judge.judge(spec, state, { measurement, at });
    const kept = judged.judgement.state ?? before?.kept ?? null;
    memories.set(gate, { step, state: judged.state, kept });
    if (judged.judgement.verdict === 'fail' && !advisory)
      return { gate, reason: judged.judgement.reason, at };
  }
  return null;
}

/** The newest deployments of a target, by the gates of today; and limits that follow from them. */
export async function tellBacktest(
  input: Input,
  { store, judge, clock }: World,
  asked: {
    readonly gates: Readonly<Record<string, GateSpec>>;
    readonly target: string;
    readonly past: number;
  },
): Promise<ExitCode> {
  const { gates } = asked;
  const states: DeploymentState[] = [];
  for await (const { first } of listDeployments({ store, target: asked.target })) {
    if (states.length === asked.past) break;
    states.push(await findDeployment(store, first.deployment));
  }
  const by = (these: typeof gates) => states.map((state) => replayGates(judge, these, state));
  const well = states.filter(({ ended }) => ended?.result === 'succeeded').map(readingsIn);
  const proposed = proposals(gates, well, clock.wall());
  const [now, then] = [by(gates), by(withProposals(gates, proposed))];
  const told = wantsJson(input)
    ? JSON.stringify({ deployments: now, proposals: proposed })
    : displayLines([...words(now), ...proposedWords(proposed, then)].join('\n'));
  input.io.stdout.write(`${told}\n`);
  return EXIT.done;
}

function words(found: readonly Replayed[]): readonly string[] {
  const rows = found.map(({ deployment, version, result, stoppedBy, unknown }) => [
    stoppedBy ? '✖' : '✔',
    deployment,
    version,
    result ?? 'goes on',
    stoppedBy
      ? `stopped after ${formatDuration(stoppedBy.after)} by ${stoppedBy.gate}: ${stoppedBy.reason}`
      : `not stopped${unknown.length > 0 ? `; nothing recorded of ${unknown.join(', ')}` : ''}`,
  ]);
  return [...aligned(rows), `These gates would have stopped ${stoppedOf(found)}.`];
}

function stoppedOf(found: readonly Replayed[]): string {
  const of = (result: string) => found.filter((one) => one.result === result);
  const stopped = (among: readonly Replayed[]) =>
    `${among.filter(({ stoppedBy }) => stoppedBy).length} of ${among.length}`;
  return `${stopped(of('succeeded'))} that succeeded, and ${stopped(of('rolled-back'))} that were rolled back`;
}

function proposedWords(
  proposed: readonly (Proposal | NoProposal)[],
  then: readonly Replayed[],
): readonly string[] {
  if (proposed.length === 0) return [];
  const rows = aligned(proposed.map(proposalWords));
  const lines = ['', 'Limits that follow from those that succeeded:', ...rows];
  const any = proposed.some((one) => 'limit' in one);
  return any ? [...lines, `With them ${stoppedOf(then)} would have been stopped.`] : lines;
}
