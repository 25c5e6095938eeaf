import { inspect } from 'node:util';
import { displaySafe } from './display-safe.ts';

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

const MASK = '[secret]';
const SHORTEST = 6;
const SHORTEST_LINE = 8;
/** Longer patterns are looked for in pieces, so that neither holdback nor time grows with them. */
const PIECE = 64;

export function createRedactor(secrets: Iterable<string>): Redactor {
  const patterns = new Set<string>();
  let scanner: Scanner | null = null;
  const add = (secret: string) => {
    if (secret.trim().length < SHORTEST) return false;
    for (const form of formsOf(secret)) for (const piece of piecesOf(form)) patterns.add(piece);
    scanner = null;
    return true;
  };
  for (const secret of secrets) add(secret);
  const current = () => {
    scanner ??= new Scanner(patterns);
    return scanner;
  };
  const stream = (write: (text: string) => unknown): RedactingStream => {
    let tail: Tail = { held: '', masked: null };
    const go = (chunk: string, isLast: boolean) => {
      const text = tail.held + chunk;
      if (text === '') return;
      const found = current();
      const out = cover(text, found, tail.masked, isLast ? text.length : found.decided(text));
      tail = out.tail;
      if (out.shown !== '') write(out.shown);
    };
    return { write: (chunk) => go(chunk, false), end: () => go('', true) };
  };
  const redact = (text: string) =>
    patterns.size === 0 ? text : cover(text, current(), null, text.length).shown;
  return { redact, stream, add };
}

interface Tail {
  readonly held: string;
  /** How much of it the mask stands for that was given out last; null when plain text was. */
  readonly masked: number | null;
}

/** Shows the text up to `until`, each run of secrets that touch or overlap as one mask. */
function cover(
  text: string,
  scanner: Scanner,
  masked: number | null,
  until: number,
): { shown: string; tail: Tail } {
  let shown = '';
  let end = masked ?? 0;
  let isMask = masked !== null;
  scanner.scan(text, (from, to) => {
    if (from >= until) return;
    if (from > end || !isMask) shown += text.slice(end, from) + MASK;
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
  readonly #beginnings = new Set<string>();
  readonly #shifts = new Uint8Array(0x10000).fill(SHORTEST - BLOCK + 1);

  constructor(patterns: Iterable<string>) {
    for (const pattern of patterns) {
      const start = pattern.slice(0, SHORTEST);
      const bucket = this.#buckets.get(start);
      if (bucket) bucket.push(pattern);
      else this.#buckets.set(start, [pattern]);
    }
    for (const [start, bucket] of this.#buckets) {
      bucket.sort((a, b) => b.length - a.length);
      for (let length = 1; length < SHORTEST; length++)
        this.#beginnings.add(start.slice(0, length));
      for (let at = 0; at <= SHORTEST - BLOCK; at++) {
        const block = blockAt(start, at);
        this.#shifts[block] = Math.min(this.#shifts[block] ?? 0, SHORTEST - BLOCK - at);
      }
    }
  }

  /** Calls back for the longest pattern at each place where one begins, in order. */
  scan(text: string, found: (from: number, to: number) => void): void {
    if (this.#buckets.size === 0) return;
    const last = text.length - SHORTEST;
    for (let at = 0; at <= last; ) {
      const shift = this.#shifts[blockAt(text, at + SHORTEST - BLOCK)] as number;
      if (shift === 0) {
        const bucket = this.#buckets.get(text.slice(at, at + SHORTEST));
        const pattern = bucket?.find((candidate) => text.startsWith(candidate, at));
        if (pattern !== undefined) found(at, at + pattern.length);
      }
      at += shift || 1;
    }
  }

  /** From here on the text could be the beginning of a pattern. */
  decided(text: string): number {
    for (let at = Math.max(0, text.length - PIECE + 1); at < text.length; at++) {
      const rest = text.slice(at);
      const bucket = this.#buckets.get(rest.slice(0, SHORTEST));
      const isBeginning =
        rest.length < SHORTEST
          ? this.#beginnings.has(rest)
          : bucket?.some((one) => one.length > rest.length && one.startsWith(rest));
      if (isBeginning) return at;
    }
    return text.length;
  }
}

function* piecesOf(form: string): Generator<string> {
  if (form.length < SHORTEST) return;
  for (let at = 0; at + PIECE < form.length; at += PIECE) yield form.slice(at, at + PIECE);
  yield form.slice(-PIECE);
}

/** A secret as others may write it: whole or in the parts that stand alone, each in every encoding. */
function formsOf(secret: string): ReadonlySet<string> {
  const forms = new Set<string>();
  for (const part of new Set(partsOf(secret)))
    for (const form of encodingsOf(part)) forms.add(form);
  return forms;
}

function partsOf(secret: string): string[] {
  const whole = [secret, secret.trim()];
  const lines = secret.split(/\r\n|\n|\r/);
  if (lines.length > 1) whole.push(lines.join('\n'), lines.join('\r\n'), lines.join('').trim());
  const long = lines.map((line) => line.trim()).filter((line) => line.length >= SHORTEST_LINE);
  return [...whole, ...long, ...innerParts(secret.trim())];
}

/** The password of a URL, and what follows the scheme of a header. */
function innerParts(secret: string): string[] {
  const password = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^/@:\s]*:([^/@\s]+)@/i.exec(secret)?.[1] ?? '';
  const credential = /^[A-Za-z]{1,20} (\S+)$/.exec(secret)?.[1] ?? '';
  return [password, decoded(password), credential].filter(({ length }) => length >= SHORTEST_LINE);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encodingsOf(text: string): string[] {
  // Letters and digits stay what they are in all but these; every start of the program pays for more.
  const forms = new Set([text, ...byteForms(text)]);
  if (/[^A-Za-z0-9_]/.test(text)) for (const form of signForms(text)) forms.add(form);
  return [...forms].flatMap((form) => [form, ...capitals(form)]);
}

function byteForms(text: string): string[] {
  const hex = Buffer.from(text, 'utf8').toString('hex');
  return [
    ...base64Forms(Buffer.from(text, 'utf8')),
    ...base64Forms(Buffer.from(text, 'utf16le')),
    hex,
    hex.replace(/..(?!$)/g, '$& '),
    hex.replace(/../g, '\\x$&'),
    hex.replace(/../g, '%$&'),
    eachUnit(text, (unit) => `\\u${unit}`),
    eachUnit(text, (unit) => `\\\\u${unit}`),
    eachUnit(text, (unit) => `&#x${unit.replace(/^0+/, '')};`),
  ];
}

function signForms(text: string): string[] {
  const escaped = [...new Set(jsonForms(text))];
  return [
    ...escaped,
    ...escaped.flatMap(jsonForms),
    ...urlForms(text),
    ...quotedForms(text),
    ...markupForms(text),
  ];
}

const hexOf = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
const unitEscape = (character: string) => `\\u${hexOf(character.charCodeAt(0), 4)}`;
const eachUnit = (text: string, write: (unit: string) => string) =>
  text.replace(/[\s\S]/g, (unit) => write(hexOf(unit.charCodeAt(0), 4)));

/** Hex digits are written both ways. */
function capitals(form: string): string[] {
  if (/^[0-9a-f ]+$/.test(form)) return [form.toUpperCase()];
  if (!/[\\%&]/.test(form)) return [];
  const upper = (_: string, mark: string, digits: string) => mark + digits.toUpperCase();
  return [form.replace(/(\\x|\\+u|%|&#x)([0-9a-f]{2,4})/g, upper)];
}

/** As JSON writers do it: plainly, ASCII only, safe inside HTML, or with escaped slashes. */
function jsonForms(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  return [
    plain,
    plain.replace(/[\u0080-\uffff]/g, unitEscape),
    plain.replace(/[<>&\u2028\u2029]/g, unitEscape),
    plain.replace(/[<>&'\u2028\u2029]/g, unitEscape),
    plain.replaceAll('/', '\\/'),
  ];
}

function urlForms(text: string): string[] {
  const wellFormed = text.toWellFormed();
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*]/g, (sign) => `%${hexOf(sign.charCodeAt(0), 2)}`);
  const form = new URLSearchParams([['', wellFormed]]).toString().slice(1);
  const upper = [
    component,
    strict.replace(/%[0-9a-f]{2}/g, (code) => code.toUpperCase()),
    encodeURI(wellFormed),
    form,
    encodeURIComponent(component),
  ];
  const lower = (one: string) => one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [...upper, ...upper.map(lower)];
}

/** What stays the same wherever in a longer text the secret begins: all but the characters at its edges. */
function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString('base64');
  const inside = [0, 1, 2].map((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = Math.ceil((before * 8) / 6);
    return shifted.toString('base64').slice(from, Math.floor((shifted.length * 8) / 6));
  });
  const forms = [whole, whole.replace(/=+$/, ''), ...inside];
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** As it stands between or without quotes in a shell, in PowerShell, and in what Node prints. */
function quotedForms(text: string): string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["\\$`]/g, '\\$&'),
    text.replace(/["\\$`!]/g, '\\$&'),
    text.replace(/[^\w@%+=:,./\n-]/g, '\\$&'),
    text.replaceAll("'", "''"),
    text.replaceAll('"', '""'),
    text.replace(/["`$]/g, '`$&'),
    text.replace(/["`$]/g, '`$&').replaceAll('\r', '`r').replaceAll('\n', '`n'),
    inspect(text, { breakLength: Infinity, maxStringLength: null }).slice(1, -1),
    JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'"),
    displaySafe(text),
  ];
}

function markupForms(text: string): string[] {
  const least = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const inner = least.replaceAll('>', '&gt;');
  const quotes = ['&quot;', '&#34;', '&#x22;'].map((quote) => inner.replaceAll('"', quote));
  const apostrophes = ['&apos;', '&#39;', '&#039;', '&#x27;'];
  return [least, inner, ...quotes].flatMap((form) => [
    form,
    ...apostrophes.map((sign) => form.replaceAll("'", sign)),
  ]);
}
