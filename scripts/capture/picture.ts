import { stripVTControlCharacters } from 'node:util';

/** A terminal's text as an SVG that holds the text itself, so that anybody can see what it was made of. */
const ESCAPE = String.fromCharCode(27);
const CURSOR_UP = new RegExp(`${ESCAPE}\\[\\d+A`);
const COLOUR = new RegExp(`${ESCAPE}\\[(\\d+)m`);
const OTHER_CONTROLS = new RegExp(`${ESCAPE}\\[[?\\d;]*[A-Za-ln-z]|\r`, 'g');

const COLUMN = 8.4;
const ROW = 19;
const EDGE = 16;
const TITLE = 34;

/** What chalk writes, and how it is drawn. */
const STYLES: Readonly<Record<string, string>> = {
  '1': 'font-weight="bold"',
  '2': 'fill="#8b949e"',
  '31': 'fill="#ff7b72"',
  '32': 'fill="#3fb950"',
  '33': 'fill="#d29922"',
};

/** The last picture in which these words are seen, with its colours. */
export function lastPicture(output: string, words: RegExp): string {
  const pictures = output.split(CURSOR_UP).map((text) => text.replaceAll(OTHER_CONTROLS, ''));
  return pictures.findLast((picture) => words.test(stripVTControlCharacters(picture))) ?? '';
}

export function writtenAsText(picture: string): string {
  return stripVTControlCharacters(picture).trimEnd();
}

/** `text` has SGR codes for colours and nothing else. The same text gives the same SVG, byte for byte. */
export function asSvg(text: string, columns: number): string {
  const lines = text.trimEnd().split('\n');
  const width = Math.ceil(columns * COLUMN + 2 * EDGE);
  const height = TITLE + lines.length * ROW + EDGE;
  const drawn = lines.map((line, at) => drawLine(line, TITLE + EDGE + at * ROW));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>The live view of a deployment</title>
<desc>Written by npm run capture.</desc>
<metadata>${escaped(JSON.stringify({ columns, text }).replaceAll(ESCAPE, '\\u001b'))}</metadata>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g fill="#6e7681"><circle cx="20" cy="17" r="5"/><circle cx="38" cy="17" r="5"/><circle cx="56" cy="17" r="5"/></g>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3" xml:space="preserve">
${drawn.filter((line) => line !== '').join('\n')}
</g>
</svg>
`;
}

/** Back to what a picture was made of. */
export function madeOf(svg: string): { columns: number; text: string } {
  const [, held = '{}'] = /<metadata>(.*)<\/metadata>/.exec(svg) ?? [];
  return JSON.parse(held.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
}

/** Each stretch has a place of its own: fonts that lack a character do not move what follows. */
function drawLine(line: string, y: number): string {
  let column = 0;
  let style = '';
  const [first = '', ...rest] = line.split(COLOUR);
  const stretches = [['', first], ...pairs(rest)].map(([code = '', text = '']) => {
    if (code !== '') style = STYLES[code] ?? '';
    const x = EDGE + column * COLUMN;
    const length = [...text].length;
    column += length;
    if (text.trim() === '') return '';
    const extent = `textLength="${round(length * COLUMN)}" lengthAdjust="spacingAndGlyphs"`;
    return `<text x="${round(x)}" y="${y}" ${extent}${style && ` ${style}`}>${escaped(text)}</text>`;
  });
  return stretches.filter((stretch) => stretch !== '').join('');
}

function pairs(list: readonly string[]): string[][] {
  return list.flatMap((entry, at) => (at % 2 === 0 ? [[entry, list[at + 1] ?? '']] : []));
}

const round = (value: number) => String(Number(value.toFixed(1)));

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
