import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from '../providers/local/load.ts';
import { RealFixture } from './fixture.ts';

/** Every step of the canary below, and one more where nothing is left to kill. */
const STEPS = 12;

const recoveries = {
  resume: { args: ['resume'], exit: 0, live: 'new' },
  rollback: { args: ['rollback'], exit: 0, live: 'old' },
  'a new deploy': { args: ['deploy', '--release', 'next'], exit: 0, live: 'next' },
} as const;

describe.each(Object.entries(recoveries))(
  'deployctl killed at any step, then %s',
  (name, { args, exit, live }) => {
    let fixture: RealFixture;

    beforeAll(async () => {
      fixture = await RealFixture.make();
      expect(
        (await fixture.run('deploy', '--release', 'old', '--set', 'gates.errors.advisory=true'))
          .code,
      ).toBe(0);
    });

    afterAll(() => fixture.remove());

    test('serves every request and ends where it was told to', { timeout: 240_000 }, async () => {
      const traffic = load(fixture.url, { connections: 4, pause: 3 });
      let serving = 'old';
      for (let step = 1; step <= STEPS; step++) {
        const version = `${name.replaceAll(' ', '-')}-${step}`;
        const run = fixture.start('deploy', '--release', version, '--output', 'json');
        run.killAt((event) => event.type === 'step-begun' && event.data.number === step);
        const { signal } = await run.ended;
        if (signal !== 'SIGKILL') break;
        const wanted = { new: version, old: serving, next: `next-${step}` }[live];
        const recovered = await fixture.run(
          ...args.map((word) => (word === 'next' ? wanted : word)),
        );
        expect(
          recovered,
          `killed at step ${step}:\n${recovered.stdout}${recovered.stderr}`,
        ).toMatchObject({ code: exit });
        const { observation, deployment } = await fixture.status();
        expect(observation.releases.map((release) => release.version)).toEqual([wanted]);
        expect(deployment?.ended).not.toBeNull();
        serving = wanted;
      }
      const { failures, requests } = await traffic.stop();
      expect(requests).toBeGreaterThan(1000);
      expect(failures).toEqual([]);
    });
  },
);
