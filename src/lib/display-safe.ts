/** Control and format characters (bidirectional ones among them) and odd line breaks; tab and newline pass. */
const UNSAFE = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text of foreign origin, made harmless for a terminal: what could move a cursor becomes visible. */
export function displaySafe(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 0x0d ? '' : `\\u{${code.toString(16)}}`;
  });
}
