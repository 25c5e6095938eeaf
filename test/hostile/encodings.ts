import { inspect } from 'node:util';

const { stringify } = JSON;
const hex = (text: string) => Buffer.from(text).toString('hex');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const base64url = (text: string) => Buffer.from(text).toString('base64url');
const units = (text: string, write: (code: string) => string) =>
  [...text].map((sign) => write(sign.charCodeAt(0).toString(16).padStart(4, '0'))).join('');
const ascii = (text: string) =>
  text.replace(/[\u0080-\uffff]/g, (sign) => units(sign, (u) => `\\u${u}`));
const form = (text: string) => new URLSearchParams({ k: text }).toString();
const percent = (text: string) => hex(text).replace(/../g, '%$&');
const xml = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const base32 = (text: string) => {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const fives = bits.padEnd(Math.ceil(bits.length / 5) * 5, '0').match(/.{5}/g) ?? [];
  const coded = fives.map((five) => letters[Number.parseInt(five, 2)]).join('');
  return coded.padEnd(Math.ceil(coded.length / 8) * 8, '=');
};
const quotedByte = (byte: number) => {
  const sign = String.fromCharCode(byte);
  if (sign === "'" || sign === '\\') return `\\${sign}`;
  return byte >= 0x20 && byte < 0x7f ? sign : `\\${byte.toString(8).padStart(3, '0')}`;
};

/** How a text may stand in another one. */
export const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  'in spaces': (text) => `  ${text}\n`,
  JSON: (text) => stringify({ a: text }),
  'JSON in JSON': (text) => stringify(stringify(text)),
  'ASCII JSON': (text) => ascii(stringify(text)),
  'ASCII JSON in JSON': (text) => stringify(ascii(stringify(text))),
  'JSON safe in HTML': (text) =>
    stringify(text).replace(/[<>&]/g, (sign) => units(sign, (u) => `\\u${u}`)),
  'JSON with escaped slashes': (text) => stringify(text).replaceAll('/', '\\/'),
  'URL component': encodeURIComponent,
  'URL component in lower case': (text) =>
    encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  'URL component, twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'URL component, strictly': (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => percent(sign).toUpperCase()),
  'whole URL': encodeURI,
  'every byte of a URL': percent,
  'every byte of a URL in capitals': (text) => percent(text).toUpperCase(),
  form,
  base64,
  'base64 after one byte': (text) => base64(`:${text}`),
  'base64 after two bytes': (text) => base64(`a:${text}`),
  'base64 in the middle': (text) => base64(`me:${text}.`),
  base64url,
  'base64url after one byte': (text) => base64url(`:${text}`),
  'base64url after two bytes': (text) => base64url(`a:${text}`),
  'base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
  hex,
  'hex in capitals': (text) => hex(text).toUpperCase(),
  'hex in pairs': (text) => hex(text).replace(/..(?!$)/g, '$& '),
  'hex escapes': (text) => hex(text).replace(/../g, '\\x$&'),
  'shell, single quotes': (text) => `'${text.replaceAll("'", "'\\''")}'`,
  'shell, quotes of both kinds': (text) => `'${text.replaceAll("'", `'"'"'`)}'`,
  'shell, double quotes': (text) => `"${text.replace(/["\\$`]/g, '\\$&')}"`,
  'shell, backslashes': (text) => text.replace(/[^\w@%+=:,./-]/g, '\\$&'),
  'PowerShell, single quotes': (text) => `'${text.replaceAll("'", "''")}'`,
  'PowerShell, double quotes': (text) => `"${text.replace(/["`$]/g, '`$&')}"`,
  'XML text': (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
  'XML attribute': xml,
  'XML with named apostrophes': (text) => xml(text).replaceAll('&#39;', '&apos;'),
  'HTML by templates of Go': (text) =>
    xml(text).replaceAll('&quot;', '&#34;').replaceAll('+', '&#43;'),
  'unicode escapes': (text) => units(text, (unit) => `\\u${unit}`),
  'unicode escapes in capitals': (text) => units(text, (unit) => `\\u${unit.toUpperCase()}`),
  'unicode escapes in JSON': (text) => stringify(units(text, (unit) => `\\u${unit}`)),
  'what Node prints': (text) => inspect({ a: text }),
  'URL component as Python writes it': (text) =>
    encodeURIComponent(text)
      .replace(/[!'()*]/g, (sign) => percent(sign).toUpperCase())
      .replaceAll('%2F', '/'),
  'form as Python writes it': (text) =>
    encodeURIComponent(text)
      .replace(/[!'()*]/g, (sign) => percent(sign).toUpperCase())
      .replaceAll('%20', '+'),
  'password of a URL': (text) =>
    Object.assign(new URL('http://me@host/'), { password: text }).password,
  'JSON in a URL': (text) => encodeURIComponent(stringify(text)),
  'JSON in HTML': (text) => xml(stringify(text)),
  'ASCII JSON with escaped slashes': (text) => ascii(stringify(text)).replaceAll('/', '\\/'),
  'base64 of JSON': (text) => base64(stringify(text)),
  'hex with colons': (text) => hex(text).replace(/..(?!$)/g, '$&:'),
  'hex of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('hex'),
  'XML by numbers': (text) => [...text].map((sign) => `&#${sign.codePointAt(0)};`).join(''),
  'capital letters': (text) => text.toUpperCase(),
  'small letters': (text) => text.toLowerCase(),
  'unicode escapes in braces': (text) =>
    [...text].map((sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`).join(''),
  'unicode escapes of eight digits': (text) =>
    [...text].map((sign) => `\\U${sign.codePointAt(0)?.toString(16).padStart(8, '0')}`).join(''),
  base32: (text) => base32(text),
  'base64 of base64': (text) => base64(base64(text)),
  'base64 of base64 with its line': (text) => base64(base64(`${text}\n`)),
  'list of bytes': (text) => [...Buffer.from(text)].join(', '),
  'list of bytes without spaces': (text) => [...Buffer.from(text)].join(','),
  'bytes in spaces': (text) => [...Buffer.from(text)].join(' '),
  'bytes in hex, as in C': (text) =>
    hex(text)
      .replace(/..(?!$)/g, '0x$&, ')
      .replace(/..$/, '0x$&'),
  'printf %q of bash': (text) =>
    `$'${[...Buffer.from(text)].map((byte) => quotedByte(byte)).join('')}'`,
  octal: (text) =>
    [...Buffer.from(text)]
      .map((byte) => (byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8)}`))
      .join(''),
};

const inLines = (text: string, width: number, end = '\n') =>
  text.replace(new RegExp(`.{${width}}(?!$)`, 'g'), `$&${end}`);

/** As programs break it that were not told otherwise. */
export const BROKEN: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => inLines(base64(text), 76),
  'base64 with its line': (text) => inLines(base64(`${text}\n`), 76),
  'base64 in mail': (text) => inLines(base64(text), 76, '\r\n'),
  openssl: (text) => inLines(base64(text), 64),
  'base64 within another text': (text) => inLines(base64(`user-of-some-name:${text}`), 76),
  xxd: (text) => inLines(hex(text), 60),
  'xxd -i': (text) => inLines(hex(text).replace(/../g, '0x$&, '), 72, '\n  '),
};

const rows = (text: string, write: (bytes: Buffer, at: number) => string) => {
  const bytes = Buffer.from(text);
  const count = Math.ceil(bytes.length / 16);
  return Array.from({ length: count }, (_, row) =>
    write(bytes.subarray(row * 16, row * 16 + 16), row * 16),
  ).join('\n');
};
const pairs = (bytes: Buffer) => bytes.toString('hex').match(/../g) ?? [];

/** What is not looked for: it would cost too much, or be found in what is no secret. */
export const NOT_MASKED: Readonly<Record<string, (text: string) => string>> = {
  'xxd with its columns': (text) =>
    rows(text, (bytes, at) => {
      const groups = bytes.toString('hex').match(/.{1,4}/g) ?? [];
      return `${at.toString(16).padStart(8, '0')}: ${groups.join(' ')}`;
    }),
  'hexdump -C': (text) =>
    rows(text, (bytes, at) => {
      const [left, right] = [pairs(bytes).slice(0, 8), pairs(bytes).slice(8)];
      return `${at.toString(16).padStart(8, '0')}  ${left.join(' ')}  ${right.join(' ')}`;
    }),
  od: (text) =>
    rows(text, (bytes, at) => {
      const words = Array.from({ length: bytes.length >> 1 }, (_, n) => bytes.readUInt16LE(n * 2));
      const octal = (word: number, digits: number) => word.toString(8).padStart(digits, '0');
      return `${octal(at, 7)} ${words.map((word) => octal(word, 6)).join(' ')}`;
    }),
  'plain text that fold breaks into lines': (text) => inLines(text, 20),
  'parts of a secret': (text) => text.slice(0, -1),
  backwards: (text) => [...text].reverse().join(''),
  rot13: (text) =>
    text.replace(/[a-z]/gi, (sign) => {
      const from = sign <= 'Z' ? 65 : 97;
      return String.fromCharCode(((sign.charCodeAt(0) - from + 13) % 26) + from);
    }),
};
