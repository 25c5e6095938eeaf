import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

test('a refusal is an annotation in GitHub Actions, and nowhere else', async () => {
  fixture.write('deploy.config.yaml', memoryConfig('annotated'));
  const env = { GITHUB_ACTIONS: 'true' };
  const { code, stdout, stderr } = await fixture.run('deploy v1 --strategy 100%', { env });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^::error title=deployctl::.*100%25/m);
  expect(stdout).not.toContain('::error');
  expect((await fixture.run('deploy v1 --strategy 100%')).stderr).not.toContain('::error');
});

test('a refusal is in the summary of the step in GitHub Actions, masked and harmless', async () => {
  const version = '"v1```<img src=x>"';
  const held = 'ghp_0123456789abcdefghij';
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: join(fixture.folder, 'summary.md'),
    TOKEN: held,
  };
  fixture.write('deploy.config.yaml', memoryConfig('refused'));
  const wrong = await fixture.run(`deploy ${version} --strategy x${'`'.repeat(4)}y`, { env });
  expect(wrong.code).toBe(2);
  await fixture.run('deploy v1', { env });
  const summary = readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8');
  expect(summary).toMatch(/^## deployctl\n\n`{5}text\nerror: /);
  expect(summary).toContain('`'.repeat(4));
  const [first = ''] = summary.split('\n## ');
  expect(first.trimEnd().split('\n').at(-1)).toBe('`'.repeat(5));
  rmSync(env.GITHUB_STEP_SUMMARY);
  mkdirSync(env.GITHUB_STEP_SUMMARY);
  expect((await fixture.run('deploy --strategy none', { env })).code).toBe(2);
});

test('a stale plan says in words what was live and what is', async () => {
  fixture.write('deploy.config.yaml', memoryConfig('stale'));
  await fixture.run('deploy v1');
  await fixture.run('plan v2 --out plan.json');
  await fixture.run('deploy v3');
  const { code, stderr } = await fixture.run('deploy --plan plan.json');
  expect(stderr).toContain(
    'Then v1 was live, v1 had 100 % of the traffic; now v3 is live, v3 has 100 % of the traffic.',
  );
  expect(stderr).toContain('\n  deployctl plan --release v2 --out plan.json\n');
  expect(code).toBe(7);
});

test('a file that cannot be written is told in words', async () => {
  fixture.write('deploy.config.yaml', memoryConfig('unwritable'));
  mkdirSync(join(fixture.folder, 'taken'));
  chmodSync(join(fixture.folder, 'taken'), 0o500);
  const { code, stderr } = await fixture.run('plan v1 --out taken');
  expect(stderr).toContain('taken is a folder, not a file.');
  expect(stderr).not.toContain('EISDIR');
  expect(code).toBe(1);
});
