import { afterEach, beforeEach, expect, test } from 'vitest';
import { Desk } from '../../helpers/run-cli.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

test.each(['status', 'history', 'rollback --yes'])(
  '%s needs no release, also where the provider is told of it',
  async (command) => {
    desk.write(
      'deploy.config.yaml',
      `service: shop\nstrategy: canary\nprovider: { memory: { fails: "\${release}" } }\n`,
    );
    const { stderr } = await desk.run(command);
    expect(stderr).not.toContain('is not known here');
  },
);
