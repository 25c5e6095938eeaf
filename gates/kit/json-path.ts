import type { Json } from '../../src/contract/index.ts';
import type { ExchangeAnswer } from './exchange.ts';

/** The body as JSON; undefined when it is none. */
export function jsonOf({ body, cut }: ExchangeAnswer): Json | undefined {
  if (cut) return undefined;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}

/**
 * What a JMESPath finds; null for nothing. A path that is no JMESPath throws; one that does not fit
 * the document, `length(items)` without items, finds nothing.
 */
export async function lookUp(document: Json, path: string): Promise<Json> {
  const { compile, TreeInterpreter } = await import('@jmespath-community/jmespath');
  const expression = compile(path);
  try {
    return TreeInterpreter.search(expression, document as never) as Json;
  } catch {
    return null;
  }
}
