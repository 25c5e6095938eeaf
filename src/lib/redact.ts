import { encodingsOf, lineForms, partsOf } from './secret-forms.ts';

export interface Redactor {
  /** The text with every known secret masked, in whatever common encoding it stands there. */
  redact(text: string): string;
  /** For text that comes in pieces: a secret that is split between two of them is masked as well. */
  stream(write: (text: string) => unknown): RedactingStream;
  /** False for what is too short to be masked: it would stand in every other word. */
  add(secret: string): boolean;
}

interface RedactingStream {
  write(chunk: string): void;
  /** Gives out what was held back because it might have become a secret. */
  end(): void;
}

const REDACT_MASK = '[secret]';
const REDACT_SHORTEST = 6;
/** Longer patterns are looked for in pieces, so that neither holdback nor time grows with them. */
const PIECE = 64;
/** Of what programs break into lines: each line has a whole one, and what is around it is found from there. */
const SHORT_PIECE = 16;
/** Characters in a line of `base64`, of `openssl` and of `xxd`: the last line may be short. */
const REDACT_LINES = [76, 64, 60];

/** Where in a longer form a piece stands. */
interface RedactStanding {
  readonly form: string;
  readonly at: number;
}
/** More than that of one piece would be a text that repeats itself, where any of them does. */
const MOST_STANDINGS = 8;
/** With no standing a pattern is only found whole. */
type Patterns = Map<string, RedactStanding[]>;

export function createRedactor(secrets: Iterable<string>): Redactor {
  const patterns: Patterns = new Map();
  let scanner: Scanner | null = null;
  const add = (secret: string) => {
    if (secret.trim().length < REDACT_SHORTEST) return false;
    for (const part of new Set(partsOf(secret))) {
      for (const form of encodingsOf(part))
        for (const piece of piecesOf(form)) standingsOf(patterns, piece);
      for (const form of lineForms(part)) addLines(patterns, form);
    }
    scanner = null;
    return true;
  };
  for (const secret of secrets) add(secret);
  const current = () => {
    scanner ??= new Scanner(patterns);
    return scanner;
  };
  const stream = (write: (text: string) => unknown): RedactingStream => {
    let tail: RedactTail = { held: '', masked: null };
    const go = (chunk: string, isLast: boolean) => {
      const text = tail.held + chunk;
      if (text === '') return;
      const found = current();
      const out = cover(text, found, {
        masked: tail.masked,
        until: isLast ? text.length : found.decided(text),
      });
      tail = out.tail;
      if (out.shown !== '') write(out.shown);
    };
    return { write: (chunk) => go(chunk, false), end: () => go('', true) };
  };
  const redact = (text: string) =>
    patterns.size === 0 ? text : cover(text, current(), { masked: null, until: text.length }).shown;
  return { redact, stream, add };
}

interface RedactTail {
  readonly held: string;
  /** How much of it the mask stands for that was given out last; null when plain text was. */
  readonly masked: number | null;
}

/** Shows the text up to `until`, each run of secrets that touch or overlap as one mask. */
function cover(
  text: string,
  scanner: Scanner,
  { masked, until }: { masked: number | null; until: number },
): { shown: string; tail: RedactTail } {
  let shown = '';
  let end = masked ?? 0;
  let isMask = masked !== null;
  scanner.scan(text, (from, to) => {
    if (from >= until) return;
    if (from > end || !isMask) shown += text.slice(end, from) + REDACT_MASK;
    isMask = true;
    end = Math.max(end, to);
  });
  if (end < until) shown += text.slice(end, until);
  const open = isMask && end >= until ? end - until : null;
  return { shown, tail: { held: text.slice(until), masked: open } };
}

/** Characters at the end of a window that say how far it may move. */
const BLOCK = 3;
const blockAt = (text: string, at: number) =>
  ((text.charCodeAt(at) << 10) ^ (text.charCodeAt(at + 1) << 5) ^ text.charCodeAt(at + 2)) & 0xffff;

/** Finds many patterns at once (Wu and Manber): most of a text is jumped over, none is read often. */
class Scanner {
  /** By their first characters, longest first. */
  readonly #buckets = new Map<string, string[]>();
  readonly #patterns: Patterns;
  readonly #beginnings = new Set<string>();
  readonly #shifts = new Uint8Array(0x10000).fill(REDACT_SHORTEST - BLOCK + 1);

  constructor(patterns: Patterns) {
    this.#patterns = patterns;
    for (const pattern of patterns.keys()) {
      const start = pattern.slice(0, REDACT_SHORTEST);
      const bucket = this.#buckets.get(start);
      if (bucket) bucket.push(pattern);
      else this.#buckets.set(start, [pattern]);
    }
    for (const [start, bucket] of this.#buckets) {
      bucket.sort((a, b) => b.length - a.length);
      for (let length = 1; length < REDACT_SHORTEST; length++)
        this.#beginnings.add(start.slice(0, length));
      for (let at = 0; at <= REDACT_SHORTEST - BLOCK; at++) {
        const block = blockAt(start, at);
        this.#shifts[block] = Math.min(this.#shifts[block] ?? 0, REDACT_SHORTEST - BLOCK - at);
      }
    }
  }

  /** Calls back for the longest pattern at each place where one begins, in order. */
  scan(text: string, found: (from: number, to: number) => void): void {
    if (this.#buckets.size === 0) return;
    const last = text.length - REDACT_SHORTEST;
    for (let at = 0; at <= last; ) {
      const shift = this.#shifts[blockAt(text, at + REDACT_SHORTEST - BLOCK)] as number;
      if (shift === 0) {
        const bucket = this.#buckets.get(text.slice(at, at + REDACT_SHORTEST));
        const pattern = bucket?.find((candidate) => text.startsWith(candidate, at));
        if (pattern !== undefined) found(...this.#around(text, at, pattern));
      }
      at += shift || 1;
    }
  }

  /** As much of the whole form as stands there: it may be cut anywhere. */
  #around(text: string, at: number, pattern: string): [from: number, to: number] {
    let [first, last] = [at, at + pattern.length];
    for (const standing of this.#patterns.get(pattern) ?? []) {
      const { form } = standing;
      const shift = standing.at - at;
      let [from, to] = [at, at + pattern.length];
      while (from > 0 && from + shift > 0 && text[from - 1] === form[from + shift - 1]) from--;
      while (to < text.length && to + shift < form.length && text[to] === form[to + shift]) to++;
      [first, last] = [Math.min(first, from), Math.max(last, to)];
    }
    return [first, last];
  }

  /** From here on the text could be the beginning of a pattern. */
  decided(text: string): number {
    for (let at = Math.max(0, text.length - PIECE + 1); at < text.length; at++) {
      const rest = text.slice(at);
      const bucket = this.#buckets.get(rest.slice(0, REDACT_SHORTEST));
      const isBeginning =
        rest.length < REDACT_SHORTEST
          ? this.#beginnings.has(rest)
          : bucket?.some((one) => one.length > rest.length && one.startsWith(rest));
      if (isBeginning) return at;
    }
    return text.length;
  }
}

function* piecesOf(form: string): Generator<string> {
  if (form.length < REDACT_SHORTEST) return;
  for (let at = 0; at + PIECE < form.length; at += PIECE) yield form.slice(at, at + PIECE);
  yield form.slice(-PIECE);
}

/** A form that may be broken into lines, as its pieces and the last line that can be too short for one. */
function addLines(patterns: Patterns, form: string): void {
  for (let at = 0; at < form.length; at += SHORT_PIECE) {
    const from = Math.max(0, Math.min(at, form.length - SHORT_PIECE));
    const piece = form.slice(from, from + SHORT_PIECE);
    if (piece.length < REDACT_SHORTEST) continue;
    const standings = standingsOf(patterns, piece);
    if (standings.length < MOST_STANDINGS) standings.push({ form, at: from });
  }
  for (const width of REDACT_LINES) {
    const last = form.slice(Math.floor(form.length / width) * width);
    if (last.length >= REDACT_SHORTEST) standingsOf(patterns, last);
  }
}

function standingsOf(patterns: Patterns, piece: string): RedactStanding[] {
  const known = patterns.get(piece) ?? [];
  patterns.set(piece, known);
  return known;
}
