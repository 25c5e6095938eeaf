import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summarizeRefusal } from '../../../src/cli/shell/step-summary.ts';

test.each([
  ['error: no', '```'],
  ['use `deployctl up`', '```'],
  ['```\n## not ours', '````'],
])('nothing in a refusal ends its block in the summary of a step: %j', (told, fence) => {
  const folder = mkdtempSync(join(tmpdir(), 'deployctl-summary-'));
  const file = join(folder, 'summary.md');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file };
  summarizeRefusal({ env, redact: (text) => text }, told);
  expect(readFileSync(file, 'utf8')).toBe(`## deployctl\n\n${fence}text\n${told}\n${fence}\n`);
  rmSync(folder, { recursive: true });
});
