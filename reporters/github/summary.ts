import { formatDuration } from '../../src/lib/duration.ts';
import { type EndingNext, type ShownEnding, typedBy } from '../kit/ending.ts';
import { asItIs, type Typing } from '../kit/output.ts';
import { oneLine } from '../kit/text.ts';
import type { Row, ViewState } from '../kit/view-state.ts';
import { changeWords, targetWords, valueWords } from '../kit/words.ts';

const GITHUB_MARKS = { todo: '○', active: '▸', done: '✔', failed: '✖' } as const;

/** What a person finds on the page of the run. */
export function summaryOf(state: ViewState, typed: Typing = asItIs): string {
  const { plan, ending, turned, rows, course } = state;
  const title = plan === null ? 'deployctl' : `${targetWords(plan)}: ${changeWords(plan)}`;
  const why = turned === null ? '' : `Rolled back because: ${escapeMarkdown(turned.reason)}`;
  const sections = [
    `## ${escapeMarkdown(title)}`,
    ending === null ? 'The deployment did not end.' : sentences(ending),
    why,
    githubTable(['', 'step', 'took', ''], rows.map(stepCells)),
    course.length === 0 ? '' : githubTable(['', 'rollback', 'took', ''], course.map(stepCells)),
    githubTable(['gate', 'value', 'limit', 'verdict'], gateCells(state)),
    ending === null ? '' : commands(typedBy(ending.next, typed)),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function sentences({ sentence, reason, state, took }: ShownEnding): string {
  const parts = [
    `**${escapeMarkdown(sentence)}**`,
    reason,
    state,
    took === null ? null : `Took ${took}.`,
  ];
  return parts
    .filter((part) => part !== null)
    .map((part, index) => (index === 0 ? part : escapeMarkdown(part)))
    .join('  \n');
}

function stepCells({ mark, step, took, words }: Row): readonly string[] {
  return [
    GITHUB_MARKS[mark],
    step.title,
    took === null ? '' : formatDuration(took),
    mark === 'failed' ? (words ?? '') : '',
  ];
}

function gateCells({ gates }: ViewState): readonly (readonly string[])[] {
  return gates.map(({ name, judgement: { value, limit, unit, verdict, reason } }) => [
    name,
    valueWords(value, unit),
    limit === null ? '' : valueWords(limit, unit),
    verdict === 'pass' ? verdict : `${verdict}: ${reason}`,
  ]);
}

function githubTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map((cells) => line(cells.map(escapeMarkdown))),
  ].join('\n');
}

function commands(next: readonly EndingNext[]): string {
  const width = Math.max(0, ...next.map(({ command }) => command.length));
  return [
    '```sh',
    ...next.map(({ command, why }) => `${command.padEnd(width)}  # ${why}`),
    '```',
  ].join('\n');
}

/** Foreign text shall not become a link, an image, a mention or a tag. */
function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]()+!|~>$]|^[-=]/g, '\\$&')
    .replaceAll(/[@#]|:(?=\/\/)|www(?=\.)|^\d+(?=[.)] )/gi, '$&&#8203;');
}
