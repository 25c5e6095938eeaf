import { afterEach, beforeEach, expect, it } from 'vitest';
import { vercelStarter } from '../../../providers/vercel/starter.ts';
import { CliFixture } from '../../helpers/run-cli.ts';
import { folder } from '../kit/folder.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

const LINKED = '{"projectId":"prj_1","orgId":"team_1","projectName":"My.Shop"}';

it('the files of a project say so once, and what is missing', () => {
  const signs = (files: Record<string, string>) => vercelStarter.signs(folder(files));
  const both = signs({ '.vercel/project.json': LINKED, 'vercel.json': '{}' });
  expect(both).toMatchObject([{ service: 'my-shop', words: expect.stringContaining('My.Shop') }]);
  expect(signs({ 'vercel.json': '{}' })).toMatchObject([
    { service: null, words: expect.stringContaining('vercel link') },
  ]);
  expect(signs({ 'package.json': '{}' })).toEqual([]);
  expect(vercelStarter.linked?.(folder({ '.vercel/project.json': 'broken' }))).toBeNull();
});

it.each(['blue-green', 'canary'])('a linked folder needs no answer: %s', async (strategy) => {
  fixture.write('.vercel/project.json', LINKED).write('package.json', '{"name":"x"}');
  const { code, stdout, stderr } = await fixture.run(`init --strategy ${strategy}`);
  expect([code, stderr]).toEqual([0, expect.stringContaining('linked to the Vercel project')]);
  expect(stdout).toContain('deployctl deploy --release v1');
  expect(fixture.read('deploy.config.yaml')).toContain('service: my-shop');
  const env = { VERCEL_TOKEN: 'x' };
  const checked = await fixture.run('validate --release v1', { env });
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining(strategy)]);
});

it('rolling is refused, and a command runs the service here instead', async () => {
  fixture.write('.vercel/project.json', LINKED);
  const refused = await fixture.run('init --strategy rolling');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('one by one')]);
  expect((await fixture.run('init --command "node server.js"')).code).toBe(0);
  expect(fixture.read('deploy.config.yaml')).toContain('local');
});

it('a project whose pushes go live says how to stop them', () => {
  const config = (file: string) => {
    const linked = vercelStarter.linked?.(
      folder({ '.vercel/project.json': LINKED, 'vercel.json': file }),
    );
    return linked?.config({ service: 's', strategy: 'blue-green' });
  };
  expect(config('{}')).toContain('deploymentEnabled');
  expect(config('{"git":{"deploymentEnabled":{"main":false}}}')).not.toContain('deploymentEnabled');
  expect(config('{"git":{"deploymentEnabled":false}}')).not.toContain('deploymentEnabled');
});
