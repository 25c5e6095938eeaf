import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { onTestFinished } from 'vitest';
import type {
  GateSourceKind,
  JsonObject,
  MeasureRequest,
  Observation,
  ObservedRelease,
  Release,
  SourceMeans,
  Subject,
} from '../../../src/contract/index.ts';
import { secretReader } from '../../../src/host/secrets.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { GateRig } from '../../contract/gate-suite.ts';

export const clock = systemClock;

/** Reads secrets as the command does, of these variables. */
export const readingFrom = (env: Readonly<Record<string, string>>) =>
  secretReader({
    env,
    conceal: async () => {},
    run: () => Promise.reject(new Error('no program is run here')),
    aws: () => Promise.reject(new Error('no store of AWS is asked here')),
  });

/** Where a source sends from. */
export const sender = { clock, cwd: import.meta.dirname, readSecret: readingFrom({}) };

/** What a source is opened with. */
export const means: SourceMeans = {
  ...sender,
  env: { PATH: '/usr/bin:/bin' },
  redact: (text) => text,
};

export interface Served {
  readonly address: string;
  close(): Promise<void>;
}

/** A real server on the loopback. */
export async function serving(listener: RequestListener): Promise<Served> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The same, gone with the test. */
export async function serve(listener: RequestListener): Promise<string> {
  const served = await serving(listener);
  onTestFinished(() => served.close());
  return served.address;
}

/** An address where nothing listens. */
export async function nowhere(): Promise<string> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const release = (version: string): Release => ({
  id: `${version}-abc`,
  version,
  artifact: `sha256:${version}`,
  spec: {},
});

export const subject: Subject = {
  deployment: 'd1',
  candidate: release('v42'),
  stable: release('v41'),
  track: 'candidate',
};

export function observed(of: Partial<ObservedRelease> = {}): ObservedRelease {
  return {
    id: 'v42-abc',
    version: 'v42',
    release: null,
    desired: 2,
    ready: 2,
    capacity: 100,
    health: 'healthy',
    restarts: 0,
    starting: 0,
    labels: {},
    note: null,
    ...of,
  };
}

export function observation(
  endpoints: Partial<Observation['endpoints']> = {},
  releases: readonly ObservedRelease[] = [observed()],
): Observation {
  return {
    releases,
    live: 'v41-abc',
    split: null,
    match: null,
    full: 2,
    labels: {},
    baseline: {},
    endpoints: { public: null, counts: null, metrics: null, ...endpoints },
    capabilities: {
      cannot: {},
      weights: { step: 1 },
      match: { header: false, cookie: false },
      weightsDown: true,
      idle: 'warm',
      places: null,
      coupled: false,
      startsWithTraffic: false,
      timing: { propagation: 0, readLag: 0, poll: 1000, takes: {} },
    },
    owner: null,
    notes: [],
  };
}

/** A question about the last second, with what the test says otherwise. */
export function asking<Settings>(
  settings: Settings,
  of: Partial<Omit<MeasureRequest, 'subject' | 'settings'>> & { subject?: Partial<Subject> } = {},
): MeasureRequest<Settings> {
  return {
    window: { from: 0, to: 1000, span: 1000, age: 0 },
    observe: async () => observation(),
    labels: async () => ({ service: {}, candidate: {}, stable: null }),
    reach: to(null),
    signal: new AbortController().signal,
    ...of,
    settings,
    subject: { ...subject, ...of.subject },
  };
}

/** Everything that is asked is reached there. */
export function to(address: string | null): MeasureRequest['reach'] {
  return async () => (address === null ? null : { url: address, headers: {} });
}

/** Waits for what will be true soon; a machine under load may take longer. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - began > 60_000) throw new Error('it never came true');
    await clock.sleep(10);
  }
}

/** Rigs for the suite of a source that asks the release itself: an answer, nobody there, silence. */
export function probed<S extends JsonObject>(
  kind: GateSourceKind<S>,
  settings: S,
  isEverSilent = true,
) {
  return async (): Promise<GateRig<S>> => {
    const served = await serving((request, response) => {
      if (!request.url?.startsWith('/silent')) response.end('ok');
    });
    const of = (address: string) => asking(settings, { reach: to(address) });
    return {
      source: await kind.open(means),
      answered: of(served.address),
      down: of(await nowhere()),
      silent: isEverSilent ? of(`${served.address}/silent`) : null,
      close: served.close,
    };
  };
}
