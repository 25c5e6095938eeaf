/** The few words of man(7) that the pages need. What comes in is plain text, with `code` between backticks. */

/** Inside a line of text. A minus is written so that it can be copied as one. */
export function text(plain: string): string {
  const escaped = plain.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  const marked = escaped.replaceAll(/`([^`]+)`/g, '\\fB$1\\fR');
  return marked
    .split('\n')
    .map((line) => line.replace(/^(?=[.'])/, '\\&'))
    .join('\n');
}

export const bold = (plain: string) => `\\fB${text(plain)}\\fR`;

/** Words of an option or a usage: `<placeholders>` in italics, the rest bold. */
export function usage(plain: string): string {
  return plain
    .split(/(<[^>]+>|\[[^\]]+\])/)
    .filter((part) => part !== '')
    .map((part) => (/^[<[]/.test(part) ? `\\fI${text(part)}\\fR` : bold(part)))
    .join('');
}

export const section = (name: string, ...lines: readonly string[]) =>
  [`.SH ${name}`, ...lines].join('\n');

/** A word, and below it what it means. */
export const entry = (term: string, words: string) => `.TP\n${term}\n${text(words)}`;

/** Text that stands as it is written. */
export const verbatim = (lines: readonly string[]) =>
  ['.nf', '.RS 4', ...lines.map((line) => text(line)), '.RE', '.fi'].join('\n');

export interface Edition {
  readonly version: string;
  /** 2026-01-31 */
  readonly date: string;
}

export function page(
  name: string,
  { version, date }: Edition,
  sections: readonly string[],
): string {
  const title = `.TH ${text(name.toUpperCase())} 1 "${date}" "deployctl ${version}" "User Commands"`;
  return `${[title, ...sections].join('\n')}\n`;
}
