import type { JsonObject, Release } from '../../src/contract/index.ts';
import { albSpecIn, targetsSpec } from './compute/spec.ts';
import { LIST_MARKS, listMarks, markedListIn } from './lists.ts';
import { MARK, type Marks } from './marks.ts';

const PIECE = 256;
/** A spec is short: a program and its arguments, the name of a task definition. */
const MOST_PIECES = 12;

const pieceName = (index: number) => `${MARK.spec}${index}`;

/** Every name that what a release is made of may take, for taking it away. */
export const SPEC_MARKS = [
  ...LIST_MARKS,
  ...Array.from({ length: MOST_PIECES }, (_, index) => pieceName(index)),
];

/** What a release is made of, as tags of its group; nothing where it does not fit. */
export function specMarks({ spec }: Pick<Release, 'spec'>): Marks {
  const known = albSpecIn({ spec });
  if (known.compute === 'targets') return listMarks(known.targets) ?? {};
  // Tags hold letters, digits and few signs: JSON is none of that.
  const text = Buffer.from(JSON.stringify(spec)).toString('base64');
  const pieces = text.match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? [];
  if (pieces.length > MOST_PIECES) return {};
  return Object.fromEntries(pieces.map((piece, index) => [pieceName(index), piece]));
}

/** Null where nothing readable is marked. */
export function specOfMarks(marks: Marks): JsonObject | null {
  const targets = markedListIn(marks);
  if (targets) return { ...targetsSpec(targets) };
  let text = '';
  for (let index = 0; marks[pieceName(index)]; index++) text += marks[pieceName(index)];
  if (text === '') return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString()) as JsonObject;
  } catch {
    return null;
  }
}
