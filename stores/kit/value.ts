import { ProviderError } from '../../src/contract/index.ts';

/** Refuses text that would come back as another one: half a character has no bytes of its own. */
export function checkValue(value: string): string {
  if (value.isWellFormed()) return value;
  throw new ProviderError('permanent', 'a value with half a surrogate pair cannot be stored');
}
