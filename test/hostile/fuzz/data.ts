/** A config before it is text. A mapping is a list of pairs, so that a key may stand in it twice. */
export type Data = null | boolean | number | string | Raw | readonly Data[] | Pairs;

/** Text that is written as it stands, quotes and all. */
interface Raw {
  readonly raw: string;
}

export interface Pairs {
  readonly pairs: readonly Pair[];
}

export type Pair = readonly [key: string, value: Data];

export const isList = (data: Data): data is readonly Data[] => Array.isArray(data);
export const isPairs = (data: Data): data is Pairs =>
  typeof data === 'object' && data !== null && 'pairs' in data;
const isRaw = (data: Data): data is Raw =>
  typeof data === 'object' && data !== null && 'raw' in data;

export type Style = 'json' | 'flow' | 'block';

/** As YAML; JSON is YAML too. */
export function write(data: Data, style: Style): string {
  return style === 'block' ? block(data, '') : flow(data, style === 'json');
}

function flow(data: Data, quoted: boolean): string {
  if (isList(data)) return `[${data.map((item) => flow(item, quoted)).join(', ')}]`;
  if (!isPairs(data)) return scalar(data, quoted);
  const pairs = data.pairs.map(([key, value]) => {
    return `${scalar(key, quoted)}: ${flow(value, quoted)}`;
  });
  return `{ ${pairs.join(', ')} }`;
}

function block(data: Data, indent: string): string {
  if (isList(data) && data.length > 0)
    return data.map((item) => `\n${indent}- ${flow(item, false)}`).join('');
  if (!isPairs(data) || data.pairs.length === 0) return ` ${flow(data, false)}`;
  return data.pairs
    .map(([key, value]) => `\n${indent}${scalar(key, false)}:${block(value, `${indent}  `)}`)
    .join('');
}

const PLAIN = /^[A-Za-z_/.$][\w./$-]*$|^\d[\w.%]*$/;
/** Text that YAML would take for something else. */
const TAKEN = /^(true|false|null|~|-?[\d.]+(e\d+)?|0x[\da-f]+|0o[0-7]+)$/i;

function scalar(data: Data, quoted: boolean): string {
  if (isRaw(data)) return data.raw;
  if (typeof data !== 'string') return String(data);
  const isPlain = !quoted && PLAIN.test(data) && !TAKEN.test(data);
  return isPlain ? data : JSON.stringify(data);
}
