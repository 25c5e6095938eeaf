import { afterEach, beforeEach, expect, test } from 'vitest';
import { CliFixture } from '../../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

test.each(['status', 'history', 'rollback --yes'])(
  '%s needs no release, also where the provider is told of it',
  async (command) => {
    fixture.write(
      'deploy.config.yaml',
      `service: shop\nstrategy: canary\nprovider: { memory: { fails: "\${release}" } }\n`,
    );
    const { stderr } = await fixture.run(command);
    expect(stderr).not.toContain('is not known here');
  },
);
