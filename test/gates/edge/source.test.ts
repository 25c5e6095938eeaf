import { describe, expect, it } from 'vitest';
import type { EdgeSettings } from '../../../gates/edge/settings.ts';
import { createEdgeSource } from '../../../gates/edge/source.ts';
import { quantileOf } from '../../../gates/kit/quantile.ts';
import type { Subject } from '../../../src/contract/index.ts';
import { asking, observation, sender, serve } from '../kit/rig.ts';

const source = createEdgeSource(sender);

const release = (total: number, bad: number, buckets: unknown[] = []) => ({
  total,
  bad,
  latency: { buckets },
});

async function measure(
  answer: unknown,
  of: Partial<EdgeSettings> = {},
  { status = 200, subject = {} }: { status?: number; subject?: Partial<Subject> } = {},
) {
  const asked: string[] = [];
  const address = await serve((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  const measurement = await source.measure(
    asking({ metric: 'errorRate', quantile: null, ...of } as EdgeSettings, {
      window: { from: 0, to: 0, span: 2000, age: 500 },
      observe: async () => observation({ counts: `${address}/counts` }),
      subject,
    }),
  );
  return { measurement, asked };
}

const both = {
  releases: { 'v42-abc': release(418, 41), 'v41-abc': release(8000, 40), other: release(5, 5) },
};

describe('the edge gate', () => {
  it('asks for the closed window, and reads both tracks by name', async () => {
    const { measurement, asked } = await measure(both);
    expect(asked).toEqual([
      expect.stringMatching(/^\/counts\?reader=[0-9a-f-]+&span=2000&age=500$/),
    ]);
    expect(measurement).toEqual({
      kind: 'ok',
      unit: 'ratio',
      candidate: { value: 41 / 418, samples: 418, bad: 41, total: 418 },
      stable: { value: 0.005, samples: 8000, bad: 40, total: 8000 },
      detail: 'errorRate of 418 requests',
    });
  });

  it.each<[EdgeSettings['metric'], object]>([
    ['requests', { unit: 'count', candidate: { value: 418 }, stable: { value: 8000 } }],
    ['throughput', { unit: 'perSecond', candidate: { value: 209 }, stable: { value: 4000 } }],
  ])('counts %s', async (metric, expected) => {
    expect((await measure(both, { metric })).measurement).toMatchObject({
      kind: 'ok',
      ...expected,
    });
  });

  it('tells a latency from the buckets', async () => {
    const buckets = [
      [100, 90],
      [200, 8],
      [400, 2],
    ];
    const answer = { releases: { 'v42-abc': release(100, 0, buckets) } };
    const { measurement } = await measure(answer, { metric: 'latency', quantile: 0.99 });
    expect(measurement).toMatchObject({
      kind: 'ok',
      unit: 'ms',
      candidate: { value: 300, samples: 100 },
      detail: 'p99 of 100 requests',
    });
  });

  it.each([
    ['absent', { releases: { 'v41-abc': release(10, 1) } }],
    ['without requests', { releases: { 'v42-abc': release(0, 0), 'v41-abc': release(10, 1) } }],
  ])('has no data for a candidate that is %s: nothing is not 0 %%', async (_, answer) => {
    const { measurement } = await measure(answer);
    expect(measurement).toMatchObject({
      kind: 'noData',
      candidate: null,
      stable: { value: 0.1 },
      detail: 'no requests reached v42',
    });
  });

  it('has no stable reading when stable got nothing', async () => {
    const { measurement } = await measure({ releases: { 'v42-abc': release(10, 0) } });
    expect(measurement).toMatchObject({ kind: 'ok', stable: null });
  });

  it.each([
    ['within the window', 2400, 'partial'],
    ['just before it', 2600, 'ok'],
  ])('says what a router that was started %s can know', async (_, uptime, kind) => {
    const { measurement } = await measure({ ...both, uptime });
    expect(measurement.kind).toBe(kind);
    if (kind === 'ok') return;
    expect(measurement).toMatchObject({
      candidate: null,
      detail: 'the router was restarted 2.4s ago and has not counted all of it',
    });
  });

  it('asks about stable alone when stable is the subject', async () => {
    const { measurement } = await measure(both, {}, { subject: { track: 'stable' } });
    expect(measurement).toMatchObject({ kind: 'ok', candidate: { total: 8000 }, stable: null });
  });

  it.each<[string, unknown, number]>([
    ['an error', both, 503],
    ['no JSON', '<html>', 200],
    ['another shape', { tracks: {} }, 200],
    ['counts that are no numbers', { releases: { 'v42-abc': { total: '418' } } }, 200],
    ['buckets that are none', { releases: { 'v42-abc': release(1, 0, [['a', 1]]) } }, 200],
    ['more than is read', { pad: 'x'.repeat(300_000), ...both }, 200],
  ])('takes %s for an error of the source', async (_, answer, status) => {
    const { measurement } = await measure(answer, {}, { status });
    expect(measurement).toMatchObject({ kind: 'sourceError', unit: 'ratio', candidate: null });
  });

  it('says so where the router shows no counts', async () => {
    const measurement = await source.measure(
      asking({ metric: 'errorRate', quantile: null } as const),
    );
    expect(measurement).toMatchObject({
      kind: 'sourceError',
      detail: 'the router shows no counts',
    });
  });
});

describe('a quantile', () => {
  it.each<[string, [number | null, number][], number, number | null]>([
    [
      'is interpolated inside its bucket',
      [
        [10, 0],
        [20, 10],
      ],
      0.5,
      15,
    ],
    ['of the first bucket begins at 0', [[100, 10]], 0.5, 50],
    [
      'does not depend on the order of the buckets',
      [
        [400, 2],
        [100, 90],
        [200, 8],
      ],
      0.9,
      100,
    ],
    [
      'skips empty buckets',
      [
        [10, 5],
        [20, 0],
        [30, 5],
      ],
      0.75,
      25,
    ],
    [
      'of what is above all bounds is at least the last bound',
      [
        [10, 1],
        [null, 9],
      ],
      0.5,
      10,
    ],
    ['of nothing is nothing', [[10, 0]], 0.5, null],
    ['of no buckets is nothing', [], 0.5, null],
  ])('%s', (_, buckets, quantile, expected) => {
    expect(quantileOf(buckets, quantile)).toBe(expected);
  });
});
