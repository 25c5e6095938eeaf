import type { NumberQuestion } from '../kit/numbers/source.ts';
import type { JsonSettings } from './settings.ts';

/** What is sent, and where the number stands in the answer. */
export interface JsonQuery {
  readonly url: string;
  readonly body: string | null;
  readonly path: string;
}

export function jsonQuestion({ url, body, total, bad, value = '' }: JsonSettings): NumberQuestion {
  const at = (path: string) => JSON.stringify({ url, body, path });
  return total !== undefined && bad !== undefined
    ? { queries: [at(total), at(bad)], as: 'bad' }
    : { queries: [at(value)], as: 'number' };
}

/** Whether the question is about a window at all, or about now. */
export const isOfWindow = ({ url, body }: JsonSettings) =>
  /\{\{\s*(window|from|to)\s*\}\}/.test(`${url} ${body}`);

/** What was filled in stands between these until it is known where: no text of a config has them. */
const BEGIN = '\u0001';
const END = '\u0002';
const FILLED = new RegExp(`${BEGIN}([^${END}]*)${END}`, 'g');

export const fillMarked = (value: string) =>
  JSON.stringify(`${BEGIN}${value.replaceAll(BEGIN, '').replaceAll(END, '')}${END}`).slice(1, -1);

/** Names stand between quotes in a JMESPath, which has no one way to write any of these there. */
function inPath(value: string): string {
  const sign = /['"`\\]/.exec(value)?.[0];
  if (sign === undefined) return value;
  throw new Error(`a name to fill in contains ${sign}, which a JMESPath cannot hold`);
}

export function jsonQueryIn(query: string): JsonQuery {
  const { url, body, path } = JSON.parse(query) as JsonQuery;
  const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
  return {
    url: url.replace(FILLED, (_, value: string) => encodeURIComponent(value)),
    body: body === null ? null : body.replace(FILLED, (_, value: string) => inJson(value)),
    path: path.replace(FILLED, (_, value: string) => inPath(value)),
  };
}
