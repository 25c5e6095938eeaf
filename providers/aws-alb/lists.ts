import { MARK, type Marks } from './marks.ts';

/** What fits into the value of one tag. */
const TAG_VALUE_MAX_CHARS = 256;
/** Of the fifty tags that a group may have, so many are for its targets: the rest is the owner's and ours. */
const MOST = 36;

const albName = (index: number) => `${MARK.targets}${index}`;

/** Every name that a list of targets may take, for taking it away. */
export const LIST_MARKS = Array.from({ length: MOST }, (_, index) => albName(index));

/** All targets of a release, as tags of its group; null where they are too many for that. */
export function listMarks(targets: readonly string[]): Marks | null {
  const lines: string[] = [];
  for (const target of targets) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + target.length <= TAG_VALUE_MAX_CHARS)
      lines[lines.length - 1] = `${line} ${target}`;
    else lines.push(target);
  }
  if (lines.length > MOST) return null;
  return Object.fromEntries(lines.map((line, index) => [albName(index), line]));
}

/** Null where none is marked. */
export function markedListIn(marks: Marks): readonly string[] | null {
  const lines: string[] = [];
  for (let index = 0; marks[albName(index)]; index++) lines.push(marks[albName(index)] ?? '');
  return lines.length > 0 ? lines.flatMap((line) => line.split(' ')) : null;
}
