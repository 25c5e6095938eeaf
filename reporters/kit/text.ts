import { displaySafe } from '../../src/lib/display-safe.ts';

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

/** Characters, not UTF-16 units; a wide glyph still counts as one. */
export function widthOf(text: string): number {
  return [...text].length;
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

/** Breaks between words where it can; a word longer than the line is cut. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => cut(part, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function cut(word: string, width: number): readonly string[] {
  const characters = [...word];
  const count = Math.max(1, Math.ceil(characters.length / width));
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * width, (index + 1) * width).join(''),
  );
}
