import type { ExchangeAnswer } from '../kit/exchange.ts';
import { excerpt } from '../kit/reading.ts';

/** What one query came to. */
export type Found =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'partial' | 'notFinite' | 'sourceError'; readonly detail: string };

interface PromEnvelope {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly warnings?: unknown;
  readonly data?: { readonly resultType?: unknown; readonly result?: unknown };
}

/** Reads an answer of the HTTP API; whatever is not exactly one number says why. */
export function foundIn(answer: ExchangeAnswer): Found {
  if (answer.cut) return fault('its answer is too long: aggregate the query with sum()');
  const envelope = envelopeOf(answer);
  if (!envelope) return fault(`it answered ${answer.status} with no JSON: ${quote(answer)}`);
  if (envelope.status !== 'success') {
    const error = typeof envelope.error === 'string' ? envelope.error : quote(answer);
    return fault(`it answered ${answer.status}: ${excerpt(answer.hide(error))}`);
  }
  const warnings = Array.isArray(envelope.warnings) ? envelope.warnings : [];
  if (warnings.length > 0)
    return { kind: 'partial', detail: excerpt(answer.hide(String(warnings[0]))) };
  return oneValue(envelope.data);
}

function oneValue(data: PromEnvelope['data']): Found {
  const { resultType, result } = data ?? {};
  if (resultType === 'scalar') return numberOf(result);
  if (resultType !== 'vector' || !Array.isArray(result))
    return fault(`the query gives a ${String(resultType)}, not one number`);
  if (result.length === 0) return { kind: 'nothing' };
  if (result.length > 1)
    return {
      kind: 'partial',
      detail: `the query gives ${result.length} series: aggregate them with sum()`,
    };
  return numberOf((result[0] as { value?: unknown } | null)?.value);
}

/** `[time, "number"]`: numbers are texts, so that NaN and infinities can be told. */
function numberOf(sample: unknown): Found {
  const text = Array.isArray(sample) ? sample[1] : undefined;
  if (typeof text !== 'string') return fault('the query gives no plain number');
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value)
    ? { kind: 'value', value }
    : { kind: 'notFinite', detail: `the value is ${excerpt(text)}` };
}

function envelopeOf({ headers, body }: ExchangeAnswer): PromEnvelope | null {
  if (!headers['content-type']?.includes('json')) return null;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' ? (parsed as PromEnvelope | null) : null;
  } catch {
    return null;
  }
}

const quote = ({ body, hide }: ExchangeAnswer) => excerpt(hide(body));
const fault = (detail: string): Found => ({ kind: 'sourceError', detail });
