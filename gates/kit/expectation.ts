import type { Json } from '../../src/contract/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';
import type { Expectation } from '../../src/settings/http.ts';
import type { Answer } from './exchange.ts';
import { jsonOf, lookUp } from './json-path.ts';
import { excerpt } from './reading.ts';

/** The first expectation that is not met, in words; null when all are. */
export async function unmet(expected: Expectation, answer: Answer): Promise<string | null> {
  const plain =
    statusFault(expected.status, answer) ??
    headerFault(expected.headers, answer) ??
    bodyFault(expected.body, answer) ??
    (await jsonFault(expected.json, answer));
  return plain ? `${plain}${bodyOf(answer)}` : latencyFault(expected.latency, answer);
}

function statusFault(status: Expectation['status'], answer: Answer): string | null {
  const is2xx = answer.status >= 200 && answer.status < 300;
  if (status ? status.includes(answer.status) : is2xx) return null;
  return `status: expected ${status?.join(' or ') ?? '2xx'}, got ${answer.status}`;
}

function headerFault(headers: Expectation['headers'], answer: Answer): string | null {
  for (const [name, wanted] of Object.entries(headers)) {
    const got = answer.headers[name.toLowerCase()];
    if (got !== undefined && matches(wanted, got)) continue;
    return `header ${name}: expected ${wanted}, got ${got === undefined ? 'none' : excerpt(answer.hide(got))}`;
  }
  return null;
}

function bodyFault(wanted: string | null, { body }: Answer): string | null {
  return wanted === null || matches(wanted, body) ? null : `body: expected ${wanted}`;
}

async function jsonFault(json: Expectation['json'], answer: Answer): Promise<string | null> {
  const paths = Object.entries(json);
  if (paths.length === 0) return null;
  const document = jsonOf(answer);
  if (document === undefined) return 'body: expected JSON';
  for (const [path, wanted] of paths) {
    const got = await lookUp(document, path);
    if (!isAsWanted(wanted, got)) {
      return `json ${path}: expected ${JSON.stringify(wanted)}, got ${excerpt(answer.hide(JSON.stringify(got)))}`;
    }
  }
  return null;
}

function latencyFault(latency: number | null, { took }: Answer): string | null {
  if (latency === null || took <= latency) return null;
  return `latency: expected at most ${latency} ms, took ${Math.ceil(took)} ms`;
}

function isAsWanted(wanted: Json, got: Json): boolean {
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

const PATTERN = /^\/(.+)\/([ims]*)$/s;

/** `~text` is contained, `/pattern/` matches, anything else is equal but for space around it. */
function matches(wanted: string, got: string): boolean {
  if (wanted.startsWith('~')) return got.includes(wanted.slice(1));
  const [, pattern, flags] = PATTERN.exec(wanted) ?? [];
  return pattern ? new RegExp(pattern, flags).test(got) : wanted.trim() === got.trim();
}

function bodyOf({ body, cut, hide }: Answer): string {
  return body ? `: ${excerpt(hide(body))}${cut ? ' (cut at 256 KiB)' : ''}` : '';
}
