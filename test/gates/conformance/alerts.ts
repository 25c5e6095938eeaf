import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  GateSource,
  GateSourceKind,
  Measurement,
  SourceMeans,
} from '../../../src/contract/index.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { asking, means, nowhere, readingFrom } from '../kit/rig.ts';
import { MISBEHAVIOUR } from './misbehaviour.ts';
import { type Behaviour, Fake } from './server.ts';
import type { Asked, Reply, Wire } from './wire.ts';

/** What a source of alerts contributes: how its server is asked, and how it tells what fires. */
export interface AlertWire {
  readonly kind: () => Promise<GateSourceKind<never>>;
  /** About the alerts HighErrorRate and `OutOf.{{version}}`. */
  settings(address: string): object;
  readonly env?: Readonly<Record<string, string>>;
  fault(asked: Asked): string | null;
  firing(asked: Asked, names: readonly string[]): Reply;
  error(status: number, message: string): Reply;
  /** Answers of success that say nothing good. */
  readonly doubtful: Readonly<
    Record<
      string,
      {
        readonly reply: (asked: Asked) => Reply;
        readonly kind: Measurement['kind'];
        readonly says: string;
        readonly permanent?: true;
      }
    >
  >;
}

const STATUSES = [400, 401, 403, 404, 429, 500, 503];

/** Nobody's silence is a pass, and nothing that fires is missed. */
export function alertConformance(name: string, wire: AlertWire) {
  const own: SourceMeans = {
    ...means,
    env: { ...means.env, ...wire.env },
    readSecret: readingFrom({ ...wire.env }),
  };
  const quiet: Behaviour = (asked) => wire.firing(asked, []);
  const fakeOf = (behaviour: Behaviour) => new Fake(wire as unknown as Wire, behaviour);

  async function asked(address: string) {
    const kind = await wire.kind();
    const schema = await kind.settings?.();
    if (!schema || !('~standard' in schema)) throw new Error('our own settings are in zod');
    const read = await schema['~standard'].validate(wire.settings(address));
    if (read.issues) throw new Error(JSON.stringify(read.issues));
    return asking(read.value as never);
  }

  describe(`${name}, asked for alerts`, () => {
    const fake = fakeOf(quiet);
    let address: string;
    let source: GateSource<never>;
    beforeAll(async () => {
      address = await fake.open();
    });
    afterAll(() => fake.close());
    beforeEach(async () => {
      source = (await (await wire.kind()).open(own)) as GateSource<never>;
      fake.behaviour = quiet;
    });
    const measure = async (signal = new AbortController().signal) =>
      source.measure({ ...(await asked(address)), signal });

    it('reads that none fires as none', async () => {
      expect(await measure()).toMatchObject({
        kind: 'ok',
        unit: 'count',
        candidate: { value: 0, bad: 0 },
        detail: expect.stringContaining('HighErrorRate'),
      });
    });

    it('counts each that fires, by its name', async () => {
      fake.behaviour = (request) => wire.firing(request, ['OutOf.v42', 'HighErrorRate']);
      const { kind, candidate, detail } = await measure();
      expect([kind, candidate?.value]).toEqual(['ok', 2]);
      expect(detail).toMatch(/HighErrorRate fires.*, OutOf\.v42 fires/);
    });

    it.each(Object.entries(wire.doubtful))('is no pass where it says %s', async (_, of) => {
      fake.behaviour = (request) => of.reply(request);
      const measurement = await measure();
      expect(measurement).toMatchObject({ kind: of.kind, candidate: null });
      expect(measurement.detail).toContain(of.says);
      expect(measurement.permanent).toBe(of.permanent);
    });

    it.each(STATUSES)('is blind, and says why, at a %i', async (status) => {
      fake.behaviour = () => wire.error(status, 'not today');
      const measurement = await measure();
      expect(measurement).toMatchObject({ kind: 'sourceError', candidate: null });
      expect(measurement.detail).toContain(String(status));
      expect(measurement.permanent ?? false).toBe([400, 401, 403].includes(status));
    });

    it.each(Object.entries(MISBEHAVIOUR))('is no pass where it %s', async (_, { does, kind }) => {
      fake.behaviour = does(wire as unknown as Wire, quiet);
      const limit = AbortSignal.timeout(kind === 'timeout' ? 60 : 20_000);
      expect(await measure(limit)).toMatchObject({ kind, candidate: null });
    });

    it('says which name it does not know, and asks nobody', async () => {
      const before = fake.asked.length;
      const request = await asked(address);
      const settings = JSON.parse(
        JSON.stringify(request.settings).replaceAll('{{version}}', '{{shoe}}'),
      );
      const measurement = await source.measure({ ...request, settings: settings as never });
      expect(measurement.kind).toBe('sourceError');
      expect(measurement.detail).toContain('shoe');
      expect(fake.asked).toHaveLength(before);
    });
  });

  gateSuite(`${name}, asked for alerts`, async () => {
    const [good, mute] = [fakeOf(quiet), fakeOf(() => null)];
    const [address, silent] = [await good.open(), await mute.open()];
    return {
      source: (await (await wire.kind()).open(own)) as GateSource<never>,
      answered: await asked(address),
      down: await asked(await nowhere()),
      silent: await asked(silent),
      close: async () => {
        await Promise.all([good.close(), mute.close()]);
      },
    };
  });
}
