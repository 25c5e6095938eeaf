import { expect, test } from 'vitest';
import { blueGreen } from '../../../strategies/blue-green/plan.ts';
import { able, inputOf, observed, seen, blueGreenSettings as settings, table } from '../scenes.ts';

const plan = (...args: Parameters<typeof inputOf<ReturnType<typeof settings>>>) =>
  blueGreen.plan(inputOf(...args));

test('blue-green moves all of the traffic in one change', () => {
  const steps = plan(settings());
  expect(table(steps)).toEqual([
    '01-start start v2 at full capacity',
    '02-check check v2 at its own address',
    '03-route switch: 100 % to v2',
    '04-promote v2 becomes the live version',
    '05-bake bake v2 for 5m [errors latency]',
    '06-hold keep the old version warm',
    '07-retire retire v1',
  ]);
  expect(steps[2]?.action).toEqual({
    kind: 'route',
    split: { 'v1-abc': 0, 'v2-abc': 100 },
    match: null,
  });
});

test('with a match it is previewed on the public address, with no traffic moved', () => {
  const match = { header: { name: 'x-preview', value: 'yes' } };
  const steps = plan(settings({ match, approval: { question: null, expires: 1000 } }));
  expect(table(steps).slice(0, 5)).toEqual([
    '01-start start v2 at full capacity',
    '02-route preview: v2 for header x-preview: yes',
    '03-check check v2 at its own address',
    '04-approve ask before 100 %',
    '05-route switch: 100 % to v2',
  ]);
  expect(steps[1]?.action).toEqual({
    kind: 'route',
    split: { 'v1-abc': 100, 'v2-abc': 0 },
    match: { release: 'v2-abc', ...match },
  });
});

test('gates that nothing else would ask call for a bake without a duration', () => {
  const steps = plan(settings({ bake: { duration: 0, gates: [] }, retire: { after: 0 } }));
  expect(table(steps).slice(4)).toEqual([
    '05-bake bake v2 until every gate has passed [errors]',
    '06-retire retire v1',
  ]);
});

test('`next` leaves the old version to the next deployment, which clears it away first', () => {
  const kept = plan(settings({ retire: { after: 'next' } }));
  expect(kept.at(-1)?.action.kind).toBe('bake');
  const observation = observed({ releases: [seen('v0'), seen('v1')] });
  const next = plan(settings({ preflight: ['smoke'] }), { observation });
  expect(table(next).slice(0, 3)).toEqual([
    '01-check check that v1 is well before anything is touched',
    '02-retire clear away v0',
    '03-start start v2 at full capacity',
  ]);
  expect(next[1]?.action).toEqual({ kind: 'retire', release: 'v0-abc', keeps: 'v1-abc' });
});

test('a stranger with traffic is retired last, so that a rollback still finds it', () => {
  const observation = observed({
    releases: [seen('v0'), seen('v1'), seen('old')],
    split: { 'v0-abc': 20, 'v1-abc': 80 },
  });
  expect(table(plan(settings({ retire: { after: 0 } }), { observation })).slice(-3)).toEqual([
    '06-retire retire v1',
    '07-retire retire v0',
    '08-retire retire old',
  ]);
});

test('where nothing stays warm, nothing is kept warm', () => {
  const observation = observed({ capabilities: { ...able, idle: 'cold' } });
  expect(plan(settings(), { observation }).map(({ action }) => action.kind)).not.toContain('hold');
});

test('an unhealthy live version does not stop a switch away from it', () => {
  const observation = observed({ releases: [seen('v1', { health: 'unhealthy' })] });
  expect(plan(settings(), { observation })).not.toEqual([]);
});

test('hooks run around their phase, also where the phase has no step, with their undo', () => {
  const hook = (name: string) => ({
    name,
    run: ['./x', name],
    undo: ['./undo', name],
    timeout: 1000,
  });
  const steps = plan(
    settings({
      check: [],
      hooks: {
        preflight: { before: [hook('migrate')], after: [] },
        check: { before: [], after: [hook('seed')] },
        promote: { before: [hook('ask-ops')], after: [hook('tell-all')] },
      },
    }),
  );
  expect(table(steps).slice(0, 7)).toEqual([
    '01-run run migrate',
    '02-start start v2 at full capacity',
    '03-run run seed',
    '04-route switch: 100 % to v2',
    '05-run run ask-ops',
    '06-promote v2 becomes the live version',
    '07-run run tell-all',
  ]);
  expect(steps[0]).toMatchObject({
    action: { undo: ['./undo', 'migrate'] },
    estimate: { weight: 0 },
  });
  expect(steps[4]?.estimate.weight).toBe(100);
});

test('hooks around the retirement wait for one', () => {
  const drop = { name: 'drop-columns', run: ['./drop'], undo: null, timeout: 1000 };
  const hooks = { retire: { before: [drop], after: [] } };
  expect(table(plan(settings({ hooks, retire: { after: 'next' } })))).not.toContainEqual(
    expect.stringContaining('drop-columns'),
  );
  expect(table(plan(settings({ hooks })))).toContain('06-run run drop-columns');
});

test('a failure leads where its phase says, and a failed clean-up takes nothing back by itself', () => {
  const steps = plan(settings({ onFailure: { bake: 'ask' } }));
  const policies = Object.fromEntries(steps.map(({ phase, onFailure }) => [phase, onFailure]));
  expect(policies).toMatchObject({ start: 'rollback', bake: 'ask', retire: 'hold' });
});

test('there is nothing to do when the wanted release has it all already', () => {
  const observation = observed({
    releases: [seen('v2')],
    live: 'v2-abc',
    split: { 'v2-abc': 100 },
  });
  expect(plan(settings(), { observation })).toEqual([]);
});

test('a live release that has lost traffic gets all of it back', () => {
  const observation = observed({
    releases: [seen('v2'), seen('v3')],
    live: 'v2-abc',
    split: { 'v2-abc': 90, 'v3-abc': 10 },
  });
  const steps = plan(settings({ retire: { after: 0 } }), { observation });
  expect(table(steps)[0]).toBe('01-start all of the traffic again: start v2 at full capacity');
  expect(table(steps).at(-1)).toBe('06-retire retire v3');
});

test('a release with all of the traffic is still promoted when another is the live one', () => {
  const observation = observed({
    releases: [seen('v1'), seen('v2')],
    split: { 'v1-abc': 0, 'v2-abc': 100 },
  });
  const kinds = plan(settings(), { observation }).map(({ action }) => action.kind);
  expect(kinds).toContain('promote');
});

test('no step is expected to take longer than it may', () => {
  const { timeouts } = settings();
  const steps = plan(settings({ timeouts: { ...timeouts, check: 100 } }));
  expect(steps[1]).toMatchObject({ deadline: 100, estimate: { best: 100, worst: 100 } });
});
