import { describe, expect, it } from 'vitest';
import { builtInSources } from '../../gates/index.ts';
import type { JsonObject } from '../../src/contract/index.ts';
import { type GateRig, gateSuite } from '../contract/gate-suite.ts';
import { asking, clock, nowhere, observation, observed, serving, to, until } from './kit/rig.ts';

const surroundings = { clock, env: { PATH: '/usr/bin:/bin' }, cwd: import.meta.dirname };
const EXPECT = { status: null, headers: {}, body: null, json: {}, latency: null };
const HTTP = { path: '/', url: null, method: 'GET', headers: {}, body: null, expect: EXPECT };
const COUNTS = {
  releases: { 'v42-abc': { total: 10, bad: 1, latency: { buckets: [[100, 10]] } } },
};

/** A probe of the release itself, at its address. */
function probing(name: 'http' | 'tcp' | 'smoke', settings: JsonObject) {
  return async (): Promise<GateRig<JsonObject>> => {
    const served = await serving((request, response) => {
      if (!request.url?.startsWith('/silent')) response.end('ok');
    });
    const of = (address: string) => asking(settings, { reach: to(address) });
    return {
      source: builtInSources(surroundings)[name],
      answered: of(served.address),
      down: of(await nowhere()),
      silent: name === 'tcp' ? null : of(`${served.address}/silent`),
      close: served.close,
    };
  };
}

gateSuite('http', probing('http', HTTP));
gateSuite('tcp', probing('tcp', { host: null, port: null }));

const { path: _path, url: _url, ...request } = HTTP;
const SMOKE = { ...request, name: 'front page', path: '/', timeout: 5000, capture: {} };
gateSuite('smoke', probing('smoke', { requests: [SMOKE], versionFrom: null }));

gateSuite('command', async () => ({
  source: builtInSources(surroundings).command,
  answered: asking({ run: ['true'] }),
  down: asking({ run: ['./no-such-program'] }),
  silent: asking({ run: ['sleep', '30'] }),
  close: async () => {},
}));

gateSuite('edge', async () => {
  const served = await serving((request, response) => {
    if (!request.url?.startsWith('/silent')) response.end(JSON.stringify(COUNTS));
  });
  const of = (counts: string) =>
    asking({ metric: 'errorRate', quantile: null } as const, {
      observe: async () => observation({ counts }),
    });
  return {
    source: builtInSources(surroundings).edge,
    answered: of(`${served.address}/counts`),
    down: of(await nowhere()),
    silent: of(`${served.address}/silent`),
    close: served.close,
  };
});

gateSuite('health', async () => ({
  source: builtInSources(surroundings).health,
  answered: asking({}),
  down: asking({}, { observe: () => Promise.reject(new Error('the platform is away')) }),
  silent: asking({}, { observe: () => new Promise(() => {}) }),
  close: async () => {},
}));

gateSuite('load', async () => {
  const served = await serving((_, response) => response.end('ok'));
  const source = builtInSources(surroundings).load;
  const settings = {
    rate: 100,
    path: '/',
    method: 'GET',
    headers: {},
    to: 'public',
    concurrency: 128,
    maxDuration: 60_000,
  } as const;
  const begun = asking(settings, { reach: to(served.address) });
  const homeless = asking({ ...settings, path: '/gone' });
  const stops = [await source.begin(begun), await source.begin(homeless)];
  const signal = new AbortController().signal;
  await until(async () => (await source.measure({ ...begun, signal })).kind === 'ok');
  return {
    source,
    answered: begun,
    down: homeless,
    silent: null,
    close: async () => {
      for (const stop of stops) await stop();
      await served.close();
    },
  };
});

describe('the built-in sources', () => {
  it('are all there', () => {
    const names = ['http', 'tcp', 'command', 'smoke', 'edge', 'health', 'load'];
    expect(Object.keys(builtInSources(surroundings))).toEqual(names);
  });

  it('only the load goes on in the background', () => {
    const sources = Object.entries(builtInSources(surroundings));
    expect(sources.filter(([, source]) => 'begin' in source).map(([name]) => name)).toEqual([
      'load',
    ]);
  });

  it('ask about stable when stable is the subject', async () => {
    const { health } = builtInSources(surroundings);
    const releases = [observed({ id: 'v41-abc', version: 'v41', ready: 1 }), observed()];
    const observe = async () => observation({}, releases);
    const of = (track: 'stable' | 'candidate') => asking({}, { observe, subject: { track } });
    expect((await health.measure(of('stable'))).candidate?.value).toBe(1);
    expect((await health.measure(of('candidate'))).candidate?.value).toBe(0);
  });
});
