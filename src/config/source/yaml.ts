import type { Document, Node, Pair } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument } from 'yaml';
import { configInvalid } from '../errors.ts';
import type { Problem } from '../problem.ts';
import type { ConfigPlace, ConfigTree, Entry } from '../tree.ts';
import { extend, mapping } from '../tree.ts';
import { forbiddenKey, MOST_DEPTH, MOST_VALUES } from './limits.ts';
import { syntaxFaults } from './syntax.ts';

const MOST_ALIASES = 50;
const MOST_TOKENS = 60_000;
const YAML_HARMLESS = 20_000;

/**
 * YAML 1.2 or JSON text as a tree. The core schema only: no merge keys, no custom tags, no second
 * document; duplicate keys are refused. Sizes are bounded before the parser sees the text, because
 * deep nesting exhausts its stack and uniqueness checks of its own take quadratic time.
 */
export function parseYaml(text: string, file: string): ConfigTree {
  const lines = new LineCounter();
  const start: ConfigPlace = { file, line: 1, column: 1, path: '' };
  const refusal = tooMuch(text);
  if (refusal) throw configInvalid(file, [{ place: start, text: refusal }]);
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const reader = new Reader(document, lines, start);
  const tree = reader.read();
  if (reader.problems.length > 0) throw configInvalid(file, reader.problems);
  return tree;
}

/** Counts brackets and tokens without building anything. Small text cannot do harm. */
function tooMuch(text: string): string | null {
  if (text.length < YAML_HARMLESS) return null;
  let depth = 0;
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') depth++;
    if (token === ']' || token === '}') depth--;
    if (depth > MOST_DEPTH) return `nested more than ${MOST_DEPTH} levels deep`;
    if (++tokens > MOST_TOKENS) return 'too many values for a config';
  }
  return null;
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #start: ConfigPlace;
  #values = 0;
  #aliases = 0;

  constructor(document: Document.Parsed, lines: LineCounter, start: ConfigPlace) {
    this.#document = document;
    this.#lines = lines;
    this.#start = start;
  }

  read(): ConfigTree {
    const lineOf = (offset: number) => this.#lines.linePos(offset).line;
    for (const { offset, text } of syntaxFaults(this.#document, lineOf))
      this.problems.push({ place: this.#place(offset, ''), text });
    if (this.problems.length > 0) return this.#nothing(this.#start);
    return this.#tree(this.#document.contents, this.#start, 0);
  }

  #tree(node: Node | null | undefined, outer: ConfigPlace, depth: number): ConfigTree {
    const place = node?.range ? this.#place(node.range[0], outer.path) : outer;
    if (depth > MOST_DEPTH)
      return this.#refuse(place, `nested more than ${MOST_DEPTH} levels deep`);
    if (++this.#values > MOST_VALUES) return this.#refuse(place, 'too many values for a config');
    if (isAlias(node)) return this.#alias(node, place, depth);
    if (isMap(node)) return this.#map(node.items as Pair<Node, Node | null>[], place, depth);
    if (isSeq(node)) {
      const items = (node.items as Node[]).map((item, index) =>
        this.#tree(item, extend(place, [index]), depth + 1),
      );
      return { kind: 'list', items, place };
    }
    return isScalar(node) ? this.#scalar(node.value, node.source, place) : this.#nothing(place);
  }

  #alias(
    node: Parameters<typeof isAlias>[0] & { resolve(doc: Document): Node | undefined },
    place: ConfigPlace,
    depth: number,
  ): ConfigTree {
    if (++this.#aliases > MOST_ALIASES) {
      return this.#refuse(place, `more than ${MOST_ALIASES} aliases`);
    }
    const target = node.resolve(this.#document);
    return target ? this.#tree(target, place, depth + 1) : this.#refuse(place, 'unknown alias');
  }

  #map(pairs: readonly Pair<Node, Node | null>[], place: ConfigPlace, depth: number): ConfigTree {
    const entries = new Map<string, Entry>();
    for (const { key, value } of pairs) {
      if (!isScalar(key)) {
        this.#refuse(place, 'found a key that is not text');
        continue;
      }
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
      const here = this.#place(key.range?.[0] ?? 0, extend(place, [name]).path);
      if (entries.has(name)) this.#refuse(here, 'this key is here twice');
      const refusal = forbiddenKey(name);
      if (refusal) this.#refuse(here, refusal);
      else entries.set(name, { key: here, value: this.#tree(value, here, depth + 1) });
    }
    return mapping(entries, place);
  }

  #scalar(value: unknown, source: string | undefined, place: ConfigPlace): ConfigTree {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      return this.#refuse(place, `found ${source}, expected a finite number`);
    }
    if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
      return this.#refuse(place, 'expected text, a number, true or false');
    }
    const text = typeof value === 'string' ? value : (source ?? String(value));
    return { kind: 'scalar', value: value as string | number | boolean | null, text, place };
  }

  #refuse(place: ConfigPlace, text: string): ConfigTree {
    this.problems.push({ place, text });
    return this.#nothing(place);
  }

  #nothing(place: ConfigPlace): ConfigTree {
    return { kind: 'scalar', value: null, text: '', place };
  }

  #place(offset: number, path: string): ConfigPlace {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#start.file, line, column: col, path };
  }
}
