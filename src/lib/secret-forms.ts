import { inspect } from 'node:util';
import { ansiC, byteForms, byteLists, hexOf } from './byte-forms.ts';
import { displaySafe } from './display-safe.ts';

const SHORTEST_LINE = 8;

/** A secret as others may write it: whole or in the parts that stand alone, each in every encoding. */
export function partsOf(secret: string): string[] {
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
  return [password, secretFormsDecoded(password), credential].filter(
    ({ length }) => length >= SHORTEST_LINE,
  );
}

function secretFormsDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function encodingsOf(text: string): string[] {
  // Letters and digits stay what they are in all but these; every start of the program pays for more.
  const forms = new Set([text, text.toUpperCase(), text.toLowerCase(), ...byteForms(text)]);
  if (/[^A-Za-z0-9_]/.test(text)) for (const form of signForms(text)) forms.add(form);
  return [...forms].flatMap((form) => [form, ...capitals(form)]);
}

/** What programs break into lines. */
export function lineForms(text: string): string[] {
  const [bytes, wide] = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
  const hex = [bytes, wide].map((form) => form.toString('hex'));
  const inJson = JSON.stringify(text).slice(1, -1);
  return [
    ...base64Forms(bytes),
    ...base64Forms(wide),
    ...twice(bytes),
    ...byteLists(text),
    ...(inJson === text ? [] : base64Forms(Buffer.from(inJson, 'utf8'))),
    ...hex,
    ...hex.map((form) => form.toUpperCase()),
  ];
}

function signForms(text: string): string[] {
  const escaped = [...new Set(jsonForms(text))];
  return [
    ...escaped,
    ...escaped.flatMap(jsonForms),
    ...urlForms(escaped[0] as string),
    ...markupForms(escaped[0] as string),
    ...urlForms(text),
    octal(text),
    ansiC(text),
    ...quotedForms(text),
    ...markupForms(text),
  ];
}

const unitEscape = (character: string) => `\\u${hexOf(character.charCodeAt(0), 4)}`;

/** Hex digits are written both ways. */
function capitals(form: string): string[] {
  if (/^[0-9a-f :]+$/.test(form)) return [form.toUpperCase()];
  if (!/[\\%&]/.test(form)) return [];
  const upper = (_: string, mark: string, digits: string) => mark + digits.toUpperCase();
  return [form.replace(/(\\x|\\+[uU]\{?|%|&#x)([0-9a-f]{2,8})/g, upper)];
}

/** As JSON writers do it: plainly, ASCII only, safe inside HTML, or with escaped slashes. */
function jsonForms(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const ascii = plain.replace(/[\u0080-\uffff]/g, unitEscape);
  return [
    plain,
    ascii,
    plain.replace(/[<>&\u2028\u2029]/g, unitEscape),
    plain.replace(/[<>&'\u2028\u2029]/g, unitEscape),
    plain.replaceAll('/', '\\/'),
    ascii.replaceAll('/', '\\/'),
  ];
}

/** As shells, git and C write what is no ASCII. */
function octal(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')];
  const isPlain = (byte: number) => byte >= 0x20 && byte < 0x7f;
  return bytes
    .map((byte) =>
      isPlain(byte) ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('');
}

function urlForms(text: string): string[] {
  const wellFormed = text.toWellFormed();
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*]/g, (sign) => `%${hexOf(sign.charCodeAt(0), 2)}`);
  const form = new URLSearchParams([['', wellFormed]]).toString().slice(1);
  const python = strict.replace(/%[0-9a-f]{2}/g, (code) => code.toUpperCase());
  const upper = [
    component,
    python,
    python.replaceAll('%2F', '/'),
    python.replaceAll('%20', '+'),
    encodeURI(wellFormed),
    form,
    encodeURIComponent(component),
    ...placesInUrl(wellFormed),
  ];
  const lower = (one: string) => one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [...upper, ...upper.map(lower)];
}

/** As a URL writes what is put into it, where other signs may stay than anybody escapes on purpose. */
function placesInUrl(text: string): string[] {
  const url = new URL('http://host/');
  url.password = text;
  url.search = text;
  url.pathname = text;
  return [url.password, url.search.slice(1), url.pathname.slice(1)];
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

/** As a secret in base64 is put into base64 once more, with its line or without. */
function twice(bytes: Buffer): string[] {
  const once = bytes.toString('base64');
  return [once, once.replace(/=+$/, ''), Buffer.concat([bytes, NEWLINE]).toString('base64')].map(
    (text) => Buffer.from(text).toString('base64').replace(/=+$/, ''),
  );
}

const NEWLINE = Buffer.from('\n');

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
  const breaks = { '\t': '&#9;', '\n': '&#10;', '\r': '&#13;' } as Record<string, string>;
  const attribute = (quotes[0] as string).replace(/[\t\n\r]/g, (sign) => breaks[sign] as string);
  const inGo = (quotes[1] as string).replaceAll('+', '&#43;');
  return [least, inner, ...quotes, attribute, inGo].flatMap((form) => [
    form,
    ...apostrophes.map((sign) => form.replaceAll("'", sign)),
  ]);
}
