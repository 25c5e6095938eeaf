import { writeFile } from 'node:fs/promises';
import { ownVocabulary } from '../src/compose/reference.ts';
import { editorSchema } from '../src/config/schema/editor.ts';

/** Writes the schema for editors; a test fails while it is stale. */
const file = new URL('../schema/deploy.config.schema.json', import.meta.url);
await writeFile(file, `${JSON.stringify(editorSchema(await ownVocabulary()), null, 2)}\n`);
