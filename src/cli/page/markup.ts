import { displaySafe } from '../../lib/display-safe.ts';

/** Text that is markup already: only what is made here is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Part = Markup | string | number | null | readonly Part[];

/** Whatever stands in a hole is text, and cannot become markup, unless it is some that was made here. */
export function html(fixed: TemplateStringsArray, ...holes: readonly Part[]): Markup {
  return new Markup(fixed.reduce((all, piece, index) => all + markupOf(holes[index - 1]) + piece));
}

function markupOf(part: Part | undefined): string {
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(markupOf).join('');
  return part === null || part === undefined ? '' : htmlEscaped(String(part));
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function htmlEscaped(text: string): string {
  return displaySafe(text).replace(/[&<>"'`]/g, (character) => HTML_ENTITIES[character] ?? '');
}
