import type { RequestListener, ServerResponse } from 'node:http';
import { createCommandSource } from '../../gates/command/source.ts';
import type { EdgeSettings } from '../../gates/edge/settings.ts';
import { createEdgeSource } from '../../gates/edge/source.ts';
import { createHealthSource } from '../../gates/health/source.ts';
import { settings as httpSettings } from '../../gates/http/settings.ts';
import { createHttpSource } from '../../gates/http/source.ts';
import type { ObservedRelease } from '../../src/contract/index.ts';
import { type RowCase, rowsOf } from './conformance/rows.ts';
import { asking, means, nowhere, observation, observed, sender, serve, to } from './kit/rig.ts';

const soon = () => AbortSignal.timeout(60);

/** An answer by whoever listens at the address. */
const http =
  (answer: RequestListener, given: object = {}) =>
  async () => {
    const address = await serve(answer);
    const settings = httpSettings.parse(given);
    return createHttpSource(sender).measure(
      asking(settings, { reach: to(address), signal: withTime() }),
    );
  };
const withTime = () => AbortSignal.timeout(5000);
const no = (measure: RowCase['measure']): RowCase => ({ measure, kind: 'ok', verdict: 'fail' });
const json =
  (value: unknown): RequestListener =>
  (_, response) => {
    response.end(JSON.stringify(value));
  };

rowsOf(
  'http',
  {
    nothing: 'It asks one question, and that has an answer or none.',
    noFailures: 'It counts no requests: each reading is a yes or a no.',
    noNumber: no(http(json({ load: 'NaN' }), { expect: { json: { load: { max: 1 } } } })),
    stale: 'It asks now, over a connection of its own.',
    partial: no(
      http(
        ((_: unknown, response: { end(text: string): void }) =>
          response.end(`{"status":"up","x":"${'x'.repeat(300_000)}"}`)) as never,
        {
          expect: { json: { status: 'up' } },
        },
      ),
    ),
    unripe: 'One answer is all that a reading is made of; `consecutive` asks for more of them.',
    crossing: 'It asks the candidate alone, whatever its weight.',
    another: 'The way leads to one release; `smoke` with versionFrom makes the answer prove it.',
    refused: no(http((_, response) => status(response, 404))),
    trouble: no(http((_, response) => status(response, 503))),
    silence: no(async () => {
      const address = await serve(() => {});
      const reach = to(address);
      return createHttpSource(sender).measure(
        asking(httpSettings.parse({}), { reach, signal: soon() }),
      );
    }),
    alone: 'A yes is not compared with anything.',
  },
  { min: 1 },
);

function status(response: ServerResponse, code: number): void {
  response.statusCode = code;
  response.end();
}

rowsOf(
  'http, on its way',
  {
    nothing: 'It asks one question, and that has an answer or none.',
    noFailures: 'It counts no requests: each reading is a yes or a no.',
    noNumber: 'The answer of nobody has no numbers in it.',
    stale: 'It asks now, over a connection of its own.',
    partial: no(
      http((_, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.destroy();
      }),
    ),
    unripe: 'One answer is all that a reading is made of.',
    crossing: 'It asks the candidate alone, whatever its weight.',
    another: 'Who is not reached is no other version.',
    refused: 'Without a way to the candidate there is nobody who could refuse.',
    trouble: {
      measure: async () => {
        const reach = to('http://no-such-host.invalid');
        return createHttpSource(sender).measure(asking(httpSettings.parse({}), { reach }));
      },
      kind: 'sourceError',
      verdict: 'error',
    },
    silence: {
      measure: () =>
        createHttpSource(sender).measure(asking(httpSettings.parse({}), { reach: to(null) })),
      kind: 'sourceError',
      verdict: 'error',
    },
    alone: 'A yes is not compared with anything.',
  },
  { min: 1 },
);

const program = (script: string, signal = withTime()) =>
  createCommandSource(means).measure(
    asking({ run: ['sh', '-c', script] }, { signal, reach: to('http://127.0.0.1:1') }),
  );

rowsOf(
  'command',
  {
    nothing: {
      measure: () => program('echo no requests yet; exit 75'),
      kind: 'sourceError',
      verdict: 'error',
    },
    noFailures: 'It counts no requests: each reading is a yes or a no.',
    noNumber: no(() => program('exit 255')),
    stale: 'What it says is of the moment in which it ends.',
    partial: {
      measure: () => program('echo half of it; kill -9 $$'),
      kind: 'sourceError',
      verdict: 'error',
    },
    unripe: 'One run is all that a reading is made of; `consecutive` asks for more of them.',
    crossing: 'It is about no window of time.',
    another: 'It is told the version, and says no, or 75, where another one answers it.',
    refused: {
      measure: () => createCommandSource(means).measure(asking({ run: ['no-such-program'] })),
      kind: 'sourceError',
      verdict: 'error',
    },
    trouble: { measure: () => program('exit 127'), kind: 'sourceError', verdict: 'error' },
    silence: { measure: () => program('sleep 30', soon()), kind: 'timeout', verdict: 'error' },
    alone: 'A yes is not compared with anything.',
  },
  { min: 1 },
);

const counts =
  (own: unknown, more: object = {}, code = 200) =>
  async () => {
    const address = await serve((_, response) => {
      response.statusCode = code;
      const releases = { 'v42-abc': own, 'v41-abc': { total: 100, bad: 0 } };
      response.end(JSON.stringify({ releases, ...more }));
    });
    return edge(`${address}/counts`);
  };
const edge = (address: string | null, signal = withTime()) =>
  createEdgeSource(sender).measure(
    asking({ metric: 'errorRate', quantile: null } as EdgeSettings, {
      window: { from: 0, to: 2000, span: 2000, age: 500 },
      observe: async () => observation({ counts: address }),
      signal,
    }),
  );
const sourceError: Pick<RowCase, 'kind' | 'verdict'> = { kind: 'sourceError', verdict: 'error' };

rowsOf(
  'edge',
  {
    nothing: { measure: counts({ total: 0, bad: 0 }), kind: 'noData', verdict: 'inconclusive' },
    noFailures: { measure: counts({ total: 60 }), kind: 'ok', verdict: 'pass' },
    noNumber: { measure: counts({ total: 60, bad: 61 }), kind: 'ok', verdict: 'inconclusive' },
    stale: 'The router answers for the window that it is asked about, by its own clock.',
    partial: {
      measure: counts({ total: 60, bad: 0 }, { uptime: 1000 }),
      kind: 'partial',
      verdict: 'inconclusive',
    },
    unripe: { measure: counts({ total: 9, bad: 0 }), kind: 'ok', verdict: 'inconclusive' },
    crossing: 'The engine asks for whole windows behind the last change (test/engine/run/timing).',
    another: 'It counts by the release that it led the request to.',
    refused: { measure: counts({ total: 60 }, {}, 404), ...sourceError },
    trouble: { measure: async () => edge(await nowhere()), ...sourceError },
    silence: {
      measure: async () => edge(await serve(() => {}), soon()),
      kind: 'timeout',
      verdict: 'error',
    },
    alone: {
      measure: async () => {
        const address = await serve((_, response) => {
          response.end(JSON.stringify({ releases: { 'v42-abc': { total: 60, bad: 0 } } }));
        });
        return edge(address);
      },
      kind: 'ok',
      verdict: 'inconclusive',
    },
  },
  { max: 0.05, minSamples: 20, compare: { ratio: 1.5, difference: 0, floor: 0 } },
);

const health = (of: Partial<ObservedRelease> | null) => () =>
  createHealthSource().measure(
    asking({ of: 'troubles' } as const, {
      observe: async () => observation({}, of ? [observed(of)] : []),
    }),
  );
const observing = (observe: () => Promise<never>, signal = withTime()) =>
  createHealthSource().measure(asking({ of: 'troubles' } as const, { observe, signal }));
const denied = Object.assign(new Error('forbidden'), { permanent: true });

rowsOf(
  'health',
  {
    nothing: { measure: health({ desired: 0 }), kind: 'noData', verdict: 'inconclusive' },
    noFailures: { measure: health({ restarts: null }), kind: 'ok', verdict: 'pass' },
    noNumber: { measure: health({ ready: Number.NaN }), kind: 'ok', verdict: 'inconclusive' },
    stale: 'Each round reads the platform anew.',
    partial: {
      measure: health({ health: 'unknown', restarts: null }),
      kind: 'partial',
      verdict: 'inconclusive',
    },
    unripe: { measure: health({ desired: 1, ready: 1 }), kind: 'ok', verdict: 'inconclusive' },
    crossing: 'It is about no window of time.',
    another: { measure: health(null), kind: 'ok', verdict: 'fail' },
    refused: {
      measure: () => observing(() => Promise.reject(denied)),
      ...sourceError,
      permanent: true,
    },
    trouble: {
      measure: () => observing(() => Promise.reject(new Error('the API is away'))),
      ...sourceError,
    },
    silence: {
      measure: () => observing(() => new Promise(() => {}), soon()),
      kind: 'timeout',
      verdict: 'error',
    },
    alone: 'It has limits of its own, and is not compared.',
  },
  { max: 0, minSamples: 2 },
);
