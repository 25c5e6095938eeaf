/** A text by the numbers of its bytes or signs, as dumps, escapes and lists write them. */
export function byteForms(text: string): string[] {
  const bytes = [...Buffer.from(text, 'utf8')];
  const hex = bytes.map((byte) => hexOf(byte, 2));
  const signs = [...text].map((sign) => sign.codePointAt(0) ?? 0);
  return [
    hex.join(' '),
    hex.join(':'),
    hex.map((byte) => `\\x${byte}`).join(''),
    hex.map((byte) => `%${byte}`).join(''),
    eachUnit(text, (unit) => `\\u${unit}`),
    eachUnit(text, (unit) => `\\\\u${unit}`),
    eachUnit(text, (unit) => `&#x${unit.replace(/^0+/, '')};`),
    signs.map((sign) => `&#x${sign.toString(16)};`).join(''),
    signs.map((sign) => `&#${sign};`).join(''),
    signs.map((sign) => `\\u{${sign.toString(16)}}`).join(''),
    signs.map((sign) => `\\U${hexOf(sign, 8)}`).join(''),
    base32(bytes),
  ];
}

/** Lists of bytes, which are often broken into lines. */
export function byteLists(text: string): string[] {
  const bytes = [...Buffer.from(text, 'utf8')];
  const hex = bytes.map((byte) => `0x${hexOf(byte, 2)}`);
  return [
    bytes.join(', '),
    bytes.join(','),
    bytes.join(' '),
    hex.join(', '),
    hex.join(','),
    hex.join(' '),
  ];
}

export const hexOf = (code: number, digits: number) => code.toString(16).padStart(digits, '0');

const eachUnit = (text: string, write: (unit: string) => string) =>
  text.replace(/[\s\S]/g, (unit) => write(hexOf(unit.charCodeAt(0), 4)));

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Without what pads it, and without its last character, which depends on what follows. */
function base32(bytes: readonly number[]): string {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const whole = bits.match(/.{5}/g) ?? [];
  return whole.map((five) => LETTERS[Number.parseInt(five, 2)]).join('');
}

const NAMED: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\E',
  "'": "\\'",
  '\\': '\\\\',
};

/** As bash quotes what is no plain ASCII: `$'…'`. */
export function ansiC(text: string): string {
  return [...Buffer.from(text, 'utf8').toString('latin1')]
    .map((sign) => {
      const code = sign.charCodeAt(0);
      if (NAMED[sign] !== undefined) return NAMED[sign];
      return code >= 0x20 && code < 0x7f ? sign : `\\${code.toString(8).padStart(3, '0')}`;
    })
    .join('');
}
