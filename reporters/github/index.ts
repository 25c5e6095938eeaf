import type { DeployEvent, Reporter } from '../../src/contract/index.ts';
import { noCommands } from '../../src/lib/display-safe.ts';
import { endingOf, pauseOf } from '../kit/ending.ts';
import { type Output, writerTo } from '../kit/output.ts';
import { oneLine } from '../kit/text.ts';
import { Transcript } from '../kit/transcript.ts';
import { EMPTY_VIEW, reduce, type ViewState } from '../kit/view-state.ts';
import { summaryOf } from './summary.ts';

export interface GithubOptions extends Pick<Output, 'stream' | 'typed'> {
  /** Adds Markdown to the summary of the job's step. */
  readonly appendSummary?: (text: string) => void;
}

type GithubCommand = 'error' | 'warning' | 'notice';

/** The log of a GitHub Actions job: a group per step, annotations for what matters, a summary. */
export function githubReporter({ stream, typed, appendSummary }: GithubOptions): Reporter {
  const write = writerTo(stream);
  const transcript = new Transcript(typed);
  let state: ViewState = EMPTY_VIEW;
  let isGrouped = false;

  const endGroup = () => {
    if (isGrouped) write('::endgroup::\n');
    isGrouped = false;
  };
  const tell = (event: DeployEvent) => {
    for (const { text } of transcript.tell(event)) write(`${noCommands(text)}\n`);
  };
  return {
    report(event) {
      state = reduce(state, event);
      if (event.type === 'step-begun') {
        endGroup();
        const { number, of, step } = event.data;
        write(`::group::${escapeData(`[${number}/${of}] ${oneLine(step.title)}`)}\n`);
        isGrouped = true;
        return;
      }
      const command = annotation(event, state);
      if (STANDS_ALONE.has(event.type)) endGroup();
      if (command !== null) write(`${command}\n`);
      // Of a notice the annotation has said everything.
      if (event.type !== 'notice' || command === null) tell(event);
      if (event.type === 'step-ended') endGroup();
    },
    close() {
      endGroup();
      if (state !== EMPTY_VIEW) appendSummary?.(summaryOf(state, typed));
    },
  };
}

/** What must be seen without opening a group. */
const STANDS_ALONE: ReadonlySet<DeployEvent['type']> = new Set([
  'turned',
  'waiting',
  'paused',
  'ended',
]);

function annotation(event: DeployEvent, { plan }: ViewState): string | null {
  const deployment = { id: event.deployment, plan };
  switch (event.type) {
    case 'turned':
      return annotate(
        'error',
        event.data.gate ? `Gate ${event.data.gate} failed` : 'Rolling back',
        event.data.reason,
      );
    case 'waiting':
      return annotate('warning', 'Waiting for an approval', event.data.question);
    case 'notice':
      return event.data.level === 'warning'
        ? annotate('warning', 'deployctl', event.data.message)
        : null;
    case 'paused': {
      const { tone, sentence, reason } = pauseOf(deployment, event.data);
      return annotate(tone === 'bad' ? 'error' : 'warning', sentence, reason ?? sentence);
    }
    case 'ended': {
      const { tone, sentence, state, reason } = endingOf(deployment, event.data);
      return annotate(
        tone === 'good' ? 'notice' : 'error',
        sentence,
        [reason, state].filter(Boolean).join('. '),
      );
    }
    default:
      return null;
  }
}

function annotate(command: GithubCommand, title: string, message: string): string {
  return `::${command} title=${escapeProperty(oneLine(title))}::${escapeData(oneLine(message))}`;
}

export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
