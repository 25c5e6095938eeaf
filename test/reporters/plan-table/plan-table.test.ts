import { expect, test } from 'vitest';
import { detectionOf, renderPlan } from '../../../reporters/plan-table/index.ts';
import { ATTACK, isUnsafe, planOf } from '../kit/story.ts';

const notes = [
  'v1, which serves now, is degraded: replica 2 exits with code 1. A rollback leads back to it.',
];

test.each([40, 80, 120])('a plan reads well in %i columns', async (columns) => {
  const text = renderPlan(planOf({ notes }), { columns, color: false });
  await expect(text).toMatchFileSnapshot(`snapshots/plan-${columns}.txt`);
});

test('no line is longer than the terminal is wide, from 40 to 200 columns', () => {
  const long = `${'x'.repeat(90)} ${'long words '.repeat(30)}`;
  const { steps } = planOf();
  const plan = planOf({
    notes: [long],
    release: { ...planOf().release, version: long },
    steps: steps.map((step) => ({ ...step, title: `${step.title} ${long}`, watch: [long, 'b'] })),
    gates: Object.fromEntries(
      Object.entries(planOf().gates).map(([name, gate]) => [name + long, gate]),
    ),
  });
  for (let columns = 40; columns <= 200; columns += 4) {
    const lines = renderPlan(plan, { columns, color: false }).split('\n');
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(columns);
  }
});

test('notes are broken, not cut: they are what a person should read', () => {
  const text = renderPlan(planOf({ notes }), { columns: 40, color: false });
  expect(text.replaceAll(/\s+/g, ' ')).toContain(notes[0]);
});

test('what a step does and which gates watch it is broken between words, never cut', () => {
  const title = 'first deployment: start v1 at full capacity';
  const watch = ['errors', 'latency-of-checkout', 'restarts', 'queue-depth'];
  const steps = planOf().steps.map((step) => ({ ...step, title, watch }));
  for (const columns of [60, 80, 120]) {
    const text = renderPlan(planOf({ steps }), { columns, color: false });
    expect(text).not.toContain('…');
    for (const word of title.split(' '))
      expect(text.split(word).length).toBeGreaterThan(steps.length);
    if (columns === 120) for (const gate of watch) expect(text).toContain(gate);
  }
});

test('foreign text cannot move the cursor or begin a line', () => {
  const steps = planOf().steps.map((step) => ({ ...step, title: ATTACK }));
  const text = renderPlan(planOf({ steps, notes: [ATTACK] }), { columns: 120, color: false });
  expect(isUnsafe(text)).toBe(false);
  expect(text).not.toMatch(/^::/m);
});

test('colour is there only when it is asked for', () => {
  expect(renderPlan(planOf(), { columns: 80, color: false })).not.toContain('\u001b');
  expect(renderPlan(planOf(), { columns: 80, color: true })).toContain('\u001b[1m');
});

test('a plan without steps says that there is nothing to do', () => {
  expect(renderPlan(planOf({ steps: [] }), { columns: 80, color: false })).toContain(
    'There is nothing to do.',
  );
});

test('a first deployment has nothing before it', () => {
  const plan = planOf({ before: { live: null, split: null, units: 0 } });
  expect(renderPlan(plan, { columns: 80, color: false })).toContain('shop (production)  v2\n');
  expect(renderPlan(plan, { columns: 80, color: false })).toContain('nothing serves yet');
});

test('the time to detect a failure counts delay, interval and what must come in a row', () => {
  const gate = planOf().gates.errors;
  if (!gate) throw new Error('no such gate');
  expect(detectionOf(gate)).toBe(5000 + 2 * 10_000);
  expect(detectionOf({ ...gate, judge: { ...gate.judge, for: 30_000 } })).toBe(
    5000 + 30_000 + 10_000,
  );
});
