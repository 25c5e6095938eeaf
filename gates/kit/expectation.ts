import type { Json } from '../../src/contract/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';
import { type Expectation, patternOf } from '../../src/settings/http.ts';
import type { ExchangeAnswer } from './exchange.ts';
import { jsonOf, lookUp } from './json-path.ts';
import { isMatch } from './pattern.ts';
import { excerpt } from './reading.ts';

/** The first expectation that is not met, in words; null when all are. */
export async function unmet(
  expected: Expectation,
  answer: ExchangeAnswer,
  signal: AbortSignal,
): Promise<string | null> {
  const matches: Matches = (wanted, got) => isAsWritten(wanted, got, signal);
  const plain =
    statusFault(expected.status, answer) ??
    (await headerFault(expected.headers, answer, matches)) ??
    (await bodyFault(expected.body, answer, matches)) ??
    (await jsonFault(expected.json, answer, matches)) ??
    (await schemaFault(expected.schema, answer));
  return plain ? `${plain}${bodyOf(answer)}` : latencyFault(expected.latency, answer);
}

type Matches = (wanted: string, got: string) => Promise<boolean>;

function statusFault(status: Expectation['status'], answer: ExchangeAnswer): string | null {
  const is2xx = answer.status >= 200 && answer.status < 300;
  if (status ? status.includes(answer.status) : is2xx) return null;
  return `status: expected ${status?.join(' or ') ?? '2xx'}, got ${answer.status}`;
}

async function headerFault(
  headers: Expectation['headers'],
  answer: ExchangeAnswer,
  matches: Matches,
): Promise<string | null> {
  for (const [name, wanted] of Object.entries(headers)) {
    const got = answer.headers[name.toLowerCase()];
    if (got !== undefined && (await matches(wanted, got))) continue;
    return `header ${name}: expected ${wanted}, got ${got === undefined ? 'none' : excerpt(answer.hide(got))}`;
  }
  return null;
}

async function bodyFault(
  wanted: string | null,
  { body }: ExchangeAnswer,
  matches: Matches,
): Promise<string | null> {
  return wanted === null || (await matches(wanted, body)) ? null : `body: expected ${wanted}`;
}

async function jsonFault(
  json: Expectation['json'],
  answer: ExchangeAnswer,
  matches: Matches,
): Promise<string | null> {
  const paths = Object.entries(json);
  if (paths.length === 0) return null;
  const document = jsonOf(answer);
  if (document === undefined) return 'body: expected JSON';
  for (const [path, wanted] of paths) {
    const got = await lookUp(document, path);
    if (!(await isAsWanted(wanted, got, matches))) {
      return `json ${path}: expected ${JSON.stringify(wanted)}, got ${excerpt(answer.hide(JSON.stringify(got)))}`;
    }
  }
  return null;
}

async function schemaFault(
  schema: Expectation['schema'],
  answer: ExchangeAnswer,
): Promise<string | null> {
  if (!schema) return null;
  const document = jsonOf(answer);
  if (document === undefined) return 'body: expected JSON';
  const { misfitIn } = await import('./json-schema.ts');
  const misfit = misfitIn(schema, document);
  return misfit === null ? null : `schema: ${excerpt(answer.hide(misfit))}`;
}

function latencyFault(latency: number | null, { took }: ExchangeAnswer): string | null {
  if (latency === null || took <= latency) return null;
  return `latency: expected at most ${latency} ms, took ${Math.ceil(took)} ms`;
}

async function isAsWanted(wanted: Json, got: Json, matches: Matches): Promise<boolean> {
  if (typeof wanted === 'string' && typeof got === 'string') return matches(wanted, got);
  const range = rangeOf(wanted);
  if (!range) return canonicalJson(wanted) === canonicalJson(got);
  return typeof got === 'number' && got >= range.min && got <= range.max;
}

function rangeOf(wanted: Json): { min: number; max: number } | null {
  if (wanted === null || typeof wanted !== 'object' || Array.isArray(wanted)) return null;
  const bounds = Object.entries(wanted);
  const isRange = bounds.every(
    ([name, bound]) => ['min', 'max'].includes(name) && typeof bound === 'number',
  );
  if (!isRange || bounds.length === 0) return null;
  return { min: -Infinity, max: Infinity, ...(wanted as { min?: number; max?: number }) };
}

/** `~text` is contained, `/pattern/` matches, anything else is equal but for space around it. */
async function isAsWritten(wanted: string, got: string, signal: AbortSignal): Promise<boolean> {
  if (wanted.startsWith('~')) return got.includes(wanted.slice(1));
  const pattern = patternOf(wanted);
  return pattern ? isMatch(pattern, got, signal) : wanted.trim() === got.trim();
}

function bodyOf({ body, cut, hide }: ExchangeAnswer): string {
  return body ? `: ${excerpt(hide(body))}${cut ? ' (cut at 256 KiB)' : ''}` : '';
}
