import type { DeployEvent, EventMap, Plan } from '../../src/contract/index.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import { answersTo, endingOf, pauseOf, type ShownEnding, typedBy } from './ending.ts';
import { GateDigest } from './gate-digest.ts';
import { type Line, line, type Tone } from './line.ts';
import { asItIs, type Typing } from './output.ts';
import { Shares } from './shares.ts';
import { manyLines, oneLine } from './text.ts';
import { blameWords, changeWords, splitWords, targetWords, versionIn } from './words.ts';

const LONGEST_LOG = 20;

/** A deployment told in lines: what plain text and CI logs have in common. */
export class Transcript {
  #plan: Plan | null = null;
  #progress = '';
  readonly #shares = new Shares();
  readonly #gates = new GateDigest();
  readonly #typed: Typing;

  constructor(typed: Typing = asItIs) {
    this.#typed = typed;
  }

  tell(event: DeployEvent): readonly Line[] {
    switch (event.type) {
      case 'begun':
        this.#plan = event.data.plan;
        this.#shares.after(event);
        return begun(event.deployment, event.data);
      case 'step-begun':
        return [stepBegun(event.data)];
      case 'step-progress':
        return this.#told(event.data.message);
      case 'step-ended':
        return [stepEnded(event.data), ...this.#traffic(this.#shares.after(event)?.data)];
      case 'routed':
        return this.#traffic(event.data);
      case 'measured':
        return this.#gates.tell(event.at, event.data);
      case 'waiting':
        return waiting(event.deployment, event.data, this.#typed);
      case 'turned':
        return turned(event.data);
      case 'paused':
        return this.#ending(pauseOf({ id: event.deployment, plan: this.#plan }, event.data));
      case 'ended':
        return this.#ending(endingOf({ id: event.deployment, plan: this.#plan }, event.data));
      case 'retrying':
        return [retrying(event.data)];
      case 'control':
        return [transcriptControl(event.data)];
      case 'notice':
        return [
          line(event.data.level === 'warning' ? 'warning' : 'dim', oneLine(event.data.message)),
        ];
      default:
        return [];
    }
  }

  #ending(ending: ShownEnding): readonly Line[] {
    return endingLines({ ...ending, next: typedBy(ending.next, this.#typed) });
  }

  #traffic(routed: EventMap['routed'] | undefined): readonly Line[] {
    if (routed === undefined) return [];
    return [
      line('plain', `traffic: ${splitWords(routed.split, (id) => versionIn(this.#plan, id))}`),
    ];
  }

  /** The same words again and again say nothing new. */
  #told(message: string): readonly Line[] {
    if (message === this.#progress) return [];
    this.#progress = message;
    return [line('dim', `  ${oneLine(message)}`)];
  }
}

function begun(
  id: string,
  { plan, actor, resumed, direction }: EventMap['begun'],
): readonly Line[] {
  const verb = resumed ? 'resumed' : 'begun';
  const way = direction === 'back' ? ', rolling back' : '';
  const what = `${targetWords(plan)} ${changeWords(plan)}`;
  return [
    line(
      'plain',
      `${verb}: ${what}, ${oneLine(plan.strategy)} in ${plan.steps.length} steps${way}`,
    ),
    line(
      'dim',
      `  deployment ${oneLine(id)} on ${oneLine(plan.target.identity.label)} by ${oneLine(actor.name)}`,
    ),
  ];
}

function stepBegun({ step, number, of, direction }: EventMap['step-begun']): Line {
  const arrow = direction === 'back' ? '↩ ' : '';
  return line('plain', `${arrow}[${number}/${of}] ${oneLine(step.title)}`);
}

function stepEnded({ outcome, direction }: EventMap['step-ended']): Line {
  const took = formatDuration(outcome.took);
  if (outcome.result === 'done')
    return line('good', `  ${direction === 'back' ? '↩' : '✔'} done in ${took}`);
  const why = blameWords(outcome.gate, outcome.reason ?? 'no reason was given');
  return line('bad', `  ✖ failed after ${took}: ${why}`);
}

function waiting(
  id: string,
  { question, expires }: EventMap['waiting'],
  typed: Typing,
): readonly Line[] {
  return [
    line(
      'warning',
      `waiting for an answer, at most ${formatDuration(expires)}: ${oneLine(question)}`,
    ),
    ...typedBy(answersTo(id), typed).map(({ command, why }) =>
      line('warning', `  ${command}  (${why})`),
    ),
  ];
}

function turned({ reason, gate, course, logs }: EventMap['turned']): readonly Line[] {
  const last = logs.flatMap(manyLines).slice(-LONGEST_LOG);
  const titles = course.map(({ title }) => oneLine(title)).join(', ');
  return [
    line('bad', `rolling back: ${blameWords(gate, reason)}`),
    ...last.map((text) => line('dim', `  | ${text}`)),
    line('plain', titles === '' ? 'there is nothing to undo' : `rollback steps: ${titles}`),
  ];
}

function retrying({ error, attempt, wait }: EventMap['retrying']): Line {
  return line(
    'warning',
    `  trying again in ${formatDuration(wait)} (try ${attempt} failed): ${oneLine(error)}`,
  );
}

function transcriptControl({ control: { kind, actor, reason } }: EventMap['control']): Line {
  const why = reason === null ? '' : `: ${oneLine(reason)}`;
  return line('warning', `${kind} by ${oneLine(actor.name)}${why}`);
}

/** Begins a line that is there to be copied. */
export const NEXT = '  next: ';

/** Where the reason for a command would break its line, the command stands alone. */
export function endingLines(ending: ShownEnding, columns = Infinity): readonly Line[] {
  const tone: Tone = ending.tone === 'waiting' ? 'warning' : ending.tone;
  const took = ending.took === null ? '' : ` Took ${ending.took}.`;
  return [
    line(tone, `${ending.sentence}${took}`),
    ...(ending.reason === null ? [] : [line(tone, `  why: ${ending.reason}`)]),
    ...(ending.state === null ? [] : [line('plain', `  ${ending.state}`)]),
    line('dim', `  deployment ${ending.id}`),
    ...nextLines(ending.next, columns).map((text) => line('plain', `${NEXT}${text}`)),
  ];
}

function nextLines(next: ShownEnding['next'], columns: number): readonly string[] {
  const width = Math.max(0, ...next.map(({ command }) => command.length));
  const lines = next.map(({ command, why }) => `${command.padEnd(width)}  ${why}`);
  const fits = lines.every((text) => text.length + NEXT.length <= columns);
  return fits ? lines : next.map(({ command }) => command);
}
