import { afterAll, describe, expect, test } from 'vitest';
import { Desk } from '../helpers/run-cli.ts';
import { blocks, pages } from './pages.ts';

const desk = new Desk();
afterAll(() => desk.remove());

const configs = pages.flatMap((page) =>
  blocks(page, ['yaml'])
    .filter((text) => /^service:/m.test(text))
    .map((text, at) => [`${page} ${at + 1}`, text] as const),
);

describe('every whole config of a page is valid', () => {
  test.each(configs)('%s', async (_name, text) => {
    desk.write('deploy.config.yaml', text);
    const { code, stdout, stderr } = await desk.run('validate --release v1');
    expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 });
  });
});

test('there are some', () => expect(configs.length).toBeGreaterThan(0));
