/**
 * Parts of plug-ins as the rest of the program meets them: what they are handed is a copy, what they
 * give back is looked at, and whatever they throw becomes an error in words.
 */
export type { Redact } from './common.ts';
export { guardedKind } from './provider.ts';
export { guardedReporter } from './reporter.ts';
export { guardedSourceKind } from './source.ts';
export { guardedStrategy } from './strategy.ts';
