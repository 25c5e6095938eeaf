import { type Vocabulary, wholeVocabulary } from '../config/extensions.ts';
import { catalogueWith, extensionsOf } from './extensions.ts';

/** All that the tool itself offers, with every schema: what editors and the reference show. */
export function ownVocabulary(): Promise<Vocabulary> {
  return wholeVocabulary(extensionsOf(catalogueWith()));
}
