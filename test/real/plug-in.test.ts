import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RealFixture } from './fixture.ts';

let fixture: RealFixture;
beforeAll(async () => {
  fixture = await RealFixture.make();
  const file = join(fixture.folder, 'deploy.config.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}\nplugins: [./own.mjs]\n`);
});
afterAll(() => fixture.remove());

test.each([
  ['leaves a timer running', 'setInterval(() => {}, 1000); export default {};'],
  [
    'never closes its reporter',
    'export default { reporters: [{ report() {}, close: () => new Promise(() => {}) }] };',
  ],
])('a plug-in that %s does not keep the command from its end', async (_, text) => {
  await writeFile(join(fixture.folder, 'own.mjs'), text);
  // Nobody visits the service here, and a gate without requests is no pass.
  const advisory = ['--set', 'gates.errors.advisory=true'];
  expect(await fixture.run('deploy', ...advisory)).toMatchObject({ code: 0 });
});
