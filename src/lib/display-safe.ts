/** Control and format characters (bidirectional ones among them) and odd line breaks; tab and newline pass. */
const UNSAFE = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/** What CI systems obey wherever it stands in a line: `##[…]`, `##vso[…]`, `##teamcity[…]`. */
const MARKER = /##(?=\w*\[)/g;
/** What GitHub obeys at the beginning of one, whatever colour it has. */
const COMMAND = /^((?:[^\S\n]|\p{Cc}\[\d+m)*):(?=:)/gmu;

/** Text of foreign origin, made harmless for a terminal: what could move a cursor becomes visible. */
export function displaySafe(text: string): string {
  return text
    .replace(UNSAFE, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code === 0x0d ? '' : `\\u{${code.toString(16)}}`;
    })
    .replace(MARKER, '# #');
}

/** The same for whole lines that may end up in the log of a CI job. */
export function displayLines(text: string): string {
  return noCommands(displaySafe(text));
}

/** Of text that is safe for a terminal already, where each line of it begins one. */
export function noCommands(text: string): string {
  return text.replace(COMMAND, '$1: ');
}

/** No writer of ours makes any of these, while a terminal may obey some. */
const NEVER_OURS = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu;

/** Among which all of them are: an expression with classes of Unicode costs a short command its first millisecond. */
const BEYOND_ASCII = /[\u007f-\uffff]/;

/**
 * For all that is written, whoever wrote it: JSON leaves these as they are, and means the same with
 * them escaped. Colours and cursors of our own pass.
 */
export function streamSafe(text: string): string {
  const escaped = BEYOND_ASCII.test(text) ? text.replace(NEVER_OURS, escapes) : text;
  return escaped.replace(MARKER, '#\\u0023');
}

function escapes(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
