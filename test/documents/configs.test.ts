import { afterAll, describe, expect, test } from 'vitest';
import { CliFixture } from '../helpers/run-cli.ts';
import { wholeConfigs } from './pages.ts';

const fixture = new CliFixture();
afterAll(() => fixture.remove());

describe('every whole config of a page is valid', () => {
  test.each(wholeConfigs)('%s', async (_name, text) => {
    fixture.write('deploy.config.yaml', text);
    const { code, stdout, stderr } = await fixture.run('validate --release v1');
    expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 });
  });
});

test('there are some', () => expect(wholeConfigs.length).toBeGreaterThan(0));
