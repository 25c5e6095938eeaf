import { expect, test } from 'vitest';
import { vercelStarter } from '../../../providers/vercel/starter.ts';
import { folder } from '../kit/folder.ts';

test('the file of a project says so once', () => {
  const files = { '.vercel/project.json': '{}', 'vercel.json': '{}' };
  expect(vercelStarter.signs(folder(files)).length).toBe(1);
  expect(vercelStarter.signs(folder({ 'package.json': '{}' }))).toEqual([]);
});
