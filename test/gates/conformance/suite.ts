import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  GateSource,
  GateSourceKind,
  Measurement,
  SourceMeans,
} from '../../../src/contract/index.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { asking, clock, means, nowhere, readingFrom } from '../kit/rig.ts';
import { doubtsNone } from './doubts.ts';
import { MISBEHAVIOUR } from './misbehaviour.ts';
import { mutationsOf } from './mutations.ts';
import { fine, SCENES } from './scenes.ts';
import { type Behaviour, Fake } from './server.ts';
import { type Cells, FROM, TO, type Wire } from './wire.ts';

const STATUSES = [400, 401, 403, 404, 422, 429, 500, 502, 503, 504];
/** Stands in the secret that every source is given, whatever it makes of it. */
export const HUSH = 'hush-1234567890';

async function parsed(kind: GateSourceKind<never>, given: object): Promise<never> {
  const schema = await kind.settings?.();
  if (!schema || !('~standard' in schema)) throw new Error('our own settings are in zod');
  const read = await schema['~standard'].validate(given);
  if (read.issues) throw new Error(JSON.stringify(read.issues));
  return read.value as never;
}

/** What every source of numbers has to keep, whatever its server does. */
export function conformance(name: string, wire: Wire) {
  const good =
    (cells: Cells = fine): Behaviour =>
    (asked) =>
      wire.good(asked, cells);
  const env = { ...means.env, ...wire.env };
  const own: SourceMeans = { ...means, env, readSecret: readingFrom({ ...wire.env }) };

  describe(`${name}, whatever its server does`, () => {
    const fake = new Fake(wire, good());
    let address: string;
    let source: GateSource<never>;
    let settings: (at: string) => Promise<never>;

    beforeAll(async () => {
      address = await fake.open();
      const kind = await wire.kind();
      settings = (at) => parsed(kind, wire.settings(at));
    });
    afterAll(() => fake.close());
    beforeEach(async () => {
      source = (await (await wire.kind()).open(own)) as GateSource<never>;
      fake.behaviour = good();
      fake.asked.length = 0;
    });

    const labels = async () => wire.labels ?? { service: {}, candidate: {}, stable: null };
    const window = { from: FROM, to: TO, span: TO - FROM, age: 0 };
    const about = async (at = address) => asking(await settings(at), { window, labels });
    const measure = async (signal = new AbortController().signal): Promise<Measurement> =>
      source.measure({ ...(await about()), signal });

    it('counts both releases over the window', async () => {
      const measurement = await measure();
      expect(measurement).toMatchObject({
        kind: 'ok',
        unit: 'ratio',
        candidate: { value: 0.05, samples: 60, bad: 3, total: 60 },
        stable: { samples: 60, bad: 1, total: 60 },
        detail: '3 of 60 requests',
      });
      expect(fake.asked).toHaveLength(wire.requests);
    });

    it.each(Object.entries(SCENES).filter(([scene]) => !wire.cannot?.includes(scene)))(
      'reads %s for what it is',
      async (scene, { cells, kinds: usual, candidate, stable }) => {
        const other = wire.otherwise?.[scene];
        const kinds = other ? [other] : usual;
        fake.behaviour = good(cells);
        const measurement = await measure();
        expect(kinds, measurement.detail).toContain(measurement.kind);
        expect(measurement.detail).not.toBe('');
        if (measurement.kind !== 'ok') expect(measurement.candidate).toBeNull();
        else expect(measurement.candidate).toMatchObject(candidate ?? { total: -1 });
        if (stable === null) expect(measurement.stable).toBeNull();
      },
    );

    if (wire.doubtsNone)
      it('believes that nothing has failed of a query that has found a failure within a week, or of a word', async () => {
        const given = { ...wire.settings(address), absentMeansNone: false };
        const request = { ...(await about()), settings: await parsed(await wire.kind(), given) };
        const open = async () => (await (await wire.kind()).open(own)) as GateSource<never>;
        await doubtsNone({ wire, fake, request, open });
      });

    it.each(STATUSES)('is blind, and says why, at a %i', async (status) => {
      fake.behaviour = () => wire.error(status, 'not today');
      const measurement = await measure();
      expect(measurement).toMatchObject({ kind: 'sourceError', candidate: null, stable: null });
      expect(measurement.permanent ?? false).toBe([400, 401, 403, 422].includes(status));
      expect(measurement.detail).toContain(String(status));
      expect(measurement.detail).toContain('not today');
    });

    it.each(Object.entries(wire.doubtful ?? {}))(
      'is no pass where it says %s',
      async (_, { reply, kind }) => {
        fake.behaviour = (asked) => reply(asked);
        const measurement = await measure();
        expect(measurement).toMatchObject({ kind, candidate: null });
        expect(measurement.detail).not.toBe('');
      },
    );

    it.each(Object.entries(MISBEHAVIOUR))(
      'is no pass where it %s',
      async (what, { does, kind: usual }) => {
        const kind = wire.otherwise?.[what] ?? usual;
        fake.behaviour = does(wire, good());
        const limit = AbortSignal.timeout(kind === 'timeout' ? 60 : 20_000);
        const measurement = await measure(limit);
        expect(measurement).toMatchObject({ kind, candidate: null });
        expect(measurement.detail.length).toBeLessThan(1000);
      },
    );

    it('reads a good answer with one part of another kind never for other numbers', async () => {
      if (wire.isText) return;
      let document: unknown;
      fake.behaviour = (asked) => {
        const reply = wire.good(asked, fine);
        document ??= JSON.parse(reply.body);
        return reply;
      };
      await measure();
      const variants = mutationsOf(document);
      expect(variants.length).toBeGreaterThan(20);
      const nth = Math.ceil(variants.length / 50);
      for (const variant of variants.filter((_, index) => index % nth === 0)) {
        let sent = false;
        fake.behaviour = (asked) => {
          const reply = wire.good(asked, fine);
          if (sent) return reply;
          sent = true;
          return { ...reply, body: JSON.stringify(variant) };
        };
        const { kind, candidate, detail } = await measure();
        const told = `${JSON.stringify(variant)} is read as ${kind}: ${detail}`;
        if (kind === 'ok') expect([0, 3], told).toContain(candidate?.bad);
        if (kind === 'ok') expect(candidate?.total, told).toBe(60);
      }
    });

    it('does not follow where an answer leads elsewhere', async () => {
      let elsewhere = 0;
      const other = createServer((_request, response) => {
        elsewhere++;
        response.end('{}');
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
      fake.behaviour = () => ({ status: 307, headers: { location }, body: '' });
      expect(await measure()).toMatchObject({ kind: 'sourceError' });
      expect(elsewhere).toBe(0);
      await new Promise((resolve) => other.close(resolve));
    });

    it('leaves a server alone for as long as it asks for', async () => {
      const later = { ...clock, monotonic: () => now };
      let now = 1000;
      source = (await (await wire.kind()).open({ ...own, clock: later })) as GateSource<never>;
      fake.behaviour = () => {
        const reply = wire.error(429, 'slowly');
        return { ...reply, headers: { ...reply.headers, 'retry-after': '30' } };
      };
      await measure();
      const before = fake.asked.length;
      now += 29_000;
      fake.behaviour = good();
      expect(await measure()).toMatchObject({ kind: 'sourceError' });
      expect(fake.asked).toHaveLength(before);
      now += 1_001;
      expect(await measure()).toMatchObject({ kind: 'ok' });
    });

    it('sends its secret, and tells nothing of it, whatever an answer repeats', async () => {
      if (!Object.values(wire.env ?? {}).some((text) => text.includes(HUSH))) return;
      const echoes = (asked: (typeof fake.asked)[number]) =>
        `${JSON.stringify(asked.headers)} ${asked.url} ${asked.body}`;
      for (const status of [200, 401, 500]) {
        fake.behaviour = (asked) => {
          const sent = JSON.stringify(asked.headers).replaceAll('\\', '');
          return wire.error(status, `${sent} ${echoes(asked)}`.slice(0, 2000));
        };
        const measurement = await measure();
        expect(JSON.stringify(measurement)).not.toContain('hush');
        expect(JSON.stringify(measurement)).not.toContain(btoa(HUSH).slice(0, 12));
      }
    });

    it('says which name it does not know, and asks nobody', async () => {
      const wanted = JSON.stringify(wire.settings(address)).replaceAll('{{version}}', '{{shoe}}');
      const unknown = await parsed(await wire.kind(), JSON.parse(wanted));
      const request = asking(unknown, { window, labels });
      const measurement = await source.measure(request);
      expect(measurement).toMatchObject({
        kind: 'sourceError',
        detail: expect.stringMatching(/shoe/),
      });
      expect(fake.asked).toEqual([]);
    });
  });

  gateSuite(name, async () => {
    const fake = new Fake(wire, good());
    const silent = new Fake(wire, () => null);
    const [address, mute] = [await fake.open(), await silent.open()];
    const kind = await wire.kind();
    const labels = async () => wire.labels ?? { service: {}, candidate: {}, stable: null };
    const window = { from: FROM, to: TO, span: TO - FROM, age: 0 };
    const of = async (at: string) =>
      asking(await parsed(kind, wire.settings(at)), { window, labels });
    return {
      source: (await kind.open(own)) as GateSource<never>,
      answered: await of(address),
      down: await of(await nowhere()),
      silent: await of(mute),
      close: async () => {
        await fake.close();
        await silent.close();
      },
    };
  });
}
