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
  'XML with &apos;': (text) => xml(text).replaceAll('&#39;', '&apos;'),
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
};
