import { resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { RealFixture } from './fixture.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../deploy.config.example.yaml');

let fixture: RealFixture;
beforeEach(async () => {
  fixture = await RealFixture.make();
});
afterEach(() => fixture.remove());

test('what the README types first ends well, and its bad release is taken back', async () => {
  const edge = [
    `provider.local.edge.port=${fixture.port}`,
    `provider.local.edge.metricsPort=${await freePort()}`,
  ];
  const deploy = (...more: string[]) =>
    fixture.run(
      'deploy',
      ...['--strategy', 'canary', '--config', EXAMPLE, ...more],
      ...edge.flatMap((pair) => ['--set', pair]),
    );
  const first = await deploy();
  expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('v2 serves 100 %')]);
  const bad = await deploy('--release', 'v3', '--set', 'provider.local.env.ERROR_RATE=0.1');
  expect([bad.code, bad.stdout]).toEqual([3, expect.stringContaining('v2 serves 100 %')]);
});
