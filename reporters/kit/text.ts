import { displaySafe } from '../../src/lib/display-safe.ts';
import { widthOf } from '../../src/lib/wrap.ts';

/** Foreign text on one line, with nothing in it that a terminal would obey. */
export function oneLine(text: string): string {
  return displaySafe(text)
    .replaceAll(/[\t\n ]+/g, ' ')
    .trim();
}

/** Foreign text on its own lines, empty ones left out. */
export function manyLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => displaySafe(line).replaceAll('\t', '  ').trimEnd())
    .filter((line) => line !== '');
}

export function clip(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width < 1
    ? ''
    : `${characters
        .slice(0, width - 1)
        .join('')
        .trimEnd()}…`;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}
