import { writeFile } from 'node:fs/promises';
import { editorSchema } from '../src/config/schema/editor.ts';

/** Writes the schema for editors; a test fails while it is stale. */
const file = new URL('../schema/deploy.config.schema.json', import.meta.url);
await writeFile(file, `${JSON.stringify(editorSchema(), null, 2)}\n`);
