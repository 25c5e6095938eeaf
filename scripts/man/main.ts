import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import manifest from '../../package.json' with { type: 'json' };
import { manPages } from './pages.ts';

/** Writes man/ from the definitions of the commands; part of every build. */
const folder = new URL('../../man/', import.meta.url);

const { version } = manifest;
const changelog = await readFile(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
const [, released] = changelog.split(`## [${version}] - `);
const date = (released ?? new Date().toISOString()).slice(0, '2026-01-31'.length);

await rm(folder, { recursive: true, force: true });
await mkdir(folder);
for (const { file, text } of await manPages({ version, date }))
  await writeFile(new URL(file, folder), text);
