const LONGEST_QUOTE = 40;

/** Foreign text inside a sentence: one line, not too long, in quotes. */
export function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return `"${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line}"`;
}
