import { describe, expect, it } from 'vitest';
import { LEAST, loadText, loadWith } from './loading.ts';

const COMMON = {
  preflight: [],
  check: [],
  gates: [],
  bake: { duration: 60_000, gates: [] },
  retire: { after: 0 },
  onFailure: {},
  hooks: {},
  timeouts: { start: 300_000, route: 60_000, retire: 300_000, check: 60_000 },
  extension: 300_000,
};

describe('strategies', () => {
  it('have settings even when the config says nothing of them', async () => {
    const { strategies } = await loadText(LEAST);
    const stage = {
      duration: 300_000,
      capacity: null,
      gates: [],
      approval: null,
      match: null,
      onFailure: null,
    };
    expect(strategies).toMatchObject({
      canary: {
        ...COMMON,
        approval: null,
        stages: [
          ...[5, 25, 50].map((weight) => ({ ...stage, weight })),
          { ...stage, weight: 100, duration: 0 },
        ],
      },
      'blue-green': { ...COMMON, approval: null, match: null },
      rolling: {
        ...COMMON,
        batch: { percent: 25 },
        maxUnavailable: { count: 0 },
        maxSurge: { count: 1 },
        pause: 10_000,
        maxFailures: 0,
      },
    });
  });

  it('a canary gets its last stage of 100 % when it is not written', async () => {
    const { strategies } = await loadWith(`
canary:
  duration: 2m
  stages: [5, 0.5%, { weight: 50%, duration: 10m, capacity: 80%, gates: slow, approval: true, onFailure: hold }]
gates: { slow: { edge: { latency: p99 }, max: 1s } }`);
    expect(strategies.canary.stages).toEqual([
      {
        weight: 5,
        duration: 120_000,
        capacity: null,
        gates: [],
        approval: null,
        match: null,
        onFailure: null,
      },
      {
        weight: 0.5,
        duration: 120_000,
        capacity: null,
        gates: [],
        approval: null,
        match: null,
        onFailure: null,
      },
      {
        weight: 50,
        duration: 600_000,
        capacity: 80,
        gates: ['slow'],
        approval: { question: null, expires: 86_400_000 },
        match: null,
        onFailure: 'hold',
      },
      {
        weight: 100,
        duration: 0,
        capacity: null,
        gates: [],
        approval: null,
        match: null,
        onFailure: null,
      },
    ]);
  });

  it.each([
    ['[50%]', [120_000, 0]],
    ['[50%, 100%]', [120_000, 0]],
    ['[50%, { weight: 100%, duration: 1m }]', [120_000, 60_000]],
    ['[50%, 100%, 20%]', [120_000, 120_000, 120_000, 0]],
  ])('a canary holds its last stage of 100 %% only when that says so: %s', async (stages, held) => {
    const { strategies } = await loadWith(`canary: { duration: 2m, stages: ${stages} }`);
    expect(strategies.canary.stages.map(({ duration }) => duration)).toEqual(held);
  });

  it('take their shorthands', async () => {
    const { strategies } = await loadWith(`
gates: { a: { http: / } }
defaults:
  check: a
  bake: 5m
  retire: next
  onFailure: hold
  hooks: { start: { before: [{ run: ./migrate up, undo: [./migrate, down] }] } }
blue-green:
  approval: { question: Sure?, expires: 1h }
  match: { cookie: { name: preview, value: "1" } }
rolling: { batch: 2, maxUnavailable: 10%, onFailure: { shift: ask } }`);
    expect(strategies['blue-green']).toMatchObject({
      check: ['a'],
      bake: { duration: 300_000, gates: [] },
      retire: { after: 'next' },
      onFailure: { preflight: 'hold', shift: 'hold', retire: 'hold' },
      hooks: {
        start: {
          before: [
            {
              name: './migrate up',
              run: ['./migrate', 'up'],
              undo: ['./migrate', 'down'],
              timeout: 300_000,
            },
          ],
          after: [],
        },
      },
      approval: { question: 'Sure?', expires: 3_600_000 },
      match: { cookie: { name: 'preview', value: '1' } },
    });
    expect(strategies.rolling).toMatchObject({
      batch: { count: 2 },
      maxUnavailable: { percent: 10 },
    });
  });
});
