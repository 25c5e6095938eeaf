/**
 * YAML as kubectl writes it: blocks, lists and plain words. Whoever reads a kubeconfig reads little
 * else, and the parser for all of YAML takes longer than the question that is asked with it. Whatever
 * is not surely the same in both is undefined here, and left to that parser.
 */
export function plainYaml(text: string): unknown {
  if (/[^\x20-\x7e\n]/.test(text)) return undefined;
  const lines = text
    .split('\n')
    .filter((line) => !/^ *(#.*)?$/.test(line))
    .map(indentedLine);
  try {
    const [first] = lines;
    if (!first) return undefined;
    const { value, next } = plainBlockAt(lines, 0, 0);
    return next === lines.length ? value : undefined;
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class NotPlain extends Error {}

interface PlainLine {
  readonly indent: number;
  /** What comes behind the indent. */
  readonly words: string;
}

interface PlainFound {
  readonly value: unknown;
  /** Number of the line behind it. */
  readonly next: number;
}

const indentedLine = (line: string): PlainLine => {
  const words = line.trimStart();
  return { indent: line.length - words.length, words };
};

function plainBlockAt(lines: readonly PlainLine[], at: number, indent: number): PlainFound {
  return isPlainItem(lines[at]) ? itemsAt(lines, at, indent) : entriesAt(lines, at, indent);
}

const isPlainItem = (line: PlainLine | undefined) => line?.words.startsWith('- ') ?? false;

function itemsAt(all: readonly PlainLine[], from: number, indent: number): PlainFound {
  const value: unknown[] = [];
  let at = from;
  for (;;) {
    const line = all[at];
    if (line?.indent !== indent || !isPlainItem(line)) break;
    const inner = { indent: indent + 2, words: line.words.slice(2) };
    if (isPlainItem(inner)) throw new NotPlain();
    if (!ENTRY.test(inner.words)) {
      value.push(plainScalar(inner.words));
      at += 1;
      continue;
    }
    const found = entriesAt([...all.slice(0, at), inner, ...all.slice(at + 1)], at, indent + 2);
    value.push(found.value);
    at = found.next;
  }
  return { value, next: endedAt(all, at, indent) };
}

const ENTRY = /^([A-Za-z][\w./-]*):(?: (.*))?$/;

function entriesAt(lines: readonly PlainLine[], from: number, indent: number): PlainFound {
  const value: Record<string, unknown> = {};
  let at = from;
  for (;;) {
    const line = lines[at];
    if (line?.indent !== indent || isPlainItem(line)) break;
    const [, key, words] = ENTRY.exec(line.words) ?? [];
    if (key === undefined || key in value || NO_STRING.test(key)) throw new NotPlain();
    const found =
      words === undefined
        ? underKey(lines, at + 1, indent)
        : { value: plainScalar(words), next: at + 1 };
    value[key] = found.value;
    at = found.next;
  }
  if (at === from) throw new NotPlain();
  return { value, next: endedAt(lines, at, indent) };
}

/** A list may begin below its key; nothing at all is null. */
function underKey(lines: readonly PlainLine[], at: number, indent: number): PlainFound {
  const line = lines[at];
  if (line && line.indent > indent) return plainBlockAt(lines, at, line.indent);
  if (line?.indent === indent && isPlainItem(line)) return itemsAt(lines, at, indent);
  return { value: null, next: at };
}

/** What is further in would go on with the last word. */
function endedAt(lines: readonly PlainLine[], at: number, indent: number): number {
  if ((lines[at]?.indent ?? 0) > indent) throw new NotPlain();
  return at;
}

const PLAIN_WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  '{}': {},
  '[]': [],
};

const NO_STRING = /^(?:true|false|null)$/i;

function plainScalar(words: string): unknown {
  if (Object.hasOwn(PLAIN_WORDS, words)) return structuredClone(PLAIN_WORDS[words]);
  const [, quoted] = /^"([^"\\]*)"$/.exec(words) ?? /^'([^']*)'$/.exec(words) ?? [];
  if (quoted !== undefined) return quoted;
  const isWord = /^(?:[A-Za-z/]|--?[A-Za-z])[^\s#]*[^\s#:]$/.test(words);
  if (!isWord || NO_STRING.test(words)) throw new NotPlain();
  return words;
}
