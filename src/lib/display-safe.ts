// C0 but tab and newline, DEL, C1, line and paragraph separators, bidirectional controls, zero-width joiners.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text of foreign origin, made harmless for a terminal: what could move a cursor becomes visible. */
export function displaySafe(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 0x0d ? '' : `\\u{${code.toString(16)}}`;
  });
}
