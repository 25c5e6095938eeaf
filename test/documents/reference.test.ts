import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { GATE_SOURCES } from '../../src/compose/gates.ts';
import { PROVIDERS, UNLISTED } from '../../src/compose/providers.ts';
import { ROOT, read } from './pages.ts';

test('the reference is what the program says of itself: renew it by npm run reference', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/reference.ts', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('it has the keys of every provider and of every gate source', () => {
  const [, places = ''] = read('docs/reference/config.md').split('\n## At the top\n');
  const [, sources = ''] = places.split('\n### Sources\n');
  const [own = ''] = sources.split('\n### Judging\n');
  const offered = Object.keys(PROVIDERS).filter((name) => !UNLISTED.includes(name));
  for (const name of offered) expect(places).toContain(`\n## provider.${name}\n`);
  for (const name of Object.keys(GATE_SOURCES)) expect(own).toContain(`\n| \`${name}\` |`);
});
