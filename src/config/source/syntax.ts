import type { Document, YAMLParseError } from 'yaml';
import { visit } from 'yaml';
import { MOST_DEPTH } from './limits.ts';

/** One fault of the text, where it begins, in words for people who do not know the parser's own. */
export interface SyntaxFault {
  readonly offset: number;
  readonly text: string;
}

const MOST_FAULTS = 10;

/** Of faults in one line only the first says something; the others follow from it. */
export function syntaxFaults(
  document: Document.Parsed,
  lineOf: (offset: number) => number,
): readonly SyntaxFault[] {
  const faults = [...document.errors, ...document.warnings].map((error) =>
    syntaxFaultOf(error, document),
  );
  const lines = faults.map(({ offset }) => lineOf(offset));
  return faults
    .filter((_, index) => lines.indexOf(lines[index] as number) === index)
    .slice(0, MOST_FAULTS);
}

function syntaxFaultOf(
  error: Pick<YAMLParseError, 'code' | 'message' | 'pos'>,
  document: Document.Parsed,
): SyntaxFault {
  const { code, message, pos } = error;
  const [, quote] = /^Missing closing (.)quote/.exec(message) ?? [];
  if (quote)
    return { offset: lastQuoted(document) ?? pos[0], text: `this text has no closing ${quote}` };
  const [, bracket] = /end with an? (.)/.exec(message) ?? [];
  if (bracket)
    return { offset: pos[0], text: `found no closing ${bracket} for the one opened before` };
  // Where the parser's stack ends depends on who called it; the same text shall say the same twice.
  const offset = code === 'RESOURCE_EXHAUSTION' ? 0 : pos[0];
  return { offset, text: SYNTAX_WORDS[code] ?? message.replace(/ at line \d+.*/s, '') };
}

/** The parser complains at the end of the file, where nobody has forgotten anything. */
function lastQuoted(document: Document.Parsed): number | undefined {
  let last: number | undefined;
  visit(document, {
    Scalar: (_, { type, range }) => {
      if (type?.startsWith('QUOTE')) last = range?.[0];
    },
  });
  return last;
}

const SYNTAX_WORDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'found a tab as indentation, expected spaces',
  MULTIPLE_DOCS: 'found a second document (---), expected one',
  RESOURCE_EXHAUSTION: `nested more than ${MOST_DEPTH} levels deep`,
  TAG_RESOLVE_FAILED: 'found a tag (!…), expected plain values: tags are not supported',
  BLOCK_AS_IMPLICIT_KEY:
    'found a key within a value: is the next line indented too far, or a text with ": " not in quotes?',
  MULTILINE_IMPLICIT_KEY: 'found text without a colon, expected "key: value" in one line',
  BAD_INDENT: 'this line is not indented like those beside it',
};
