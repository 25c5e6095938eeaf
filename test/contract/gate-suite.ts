import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type GateSource,
  MEASUREMENT_KINDS,
  type Measurement,
  type MeasureRequest,
  UNITS,
} from '../../src/contract/index.ts';

type Asked<Settings> = Omit<MeasureRequest<Settings>, 'signal'>;

/** A source with surroundings in which its question can be answered, and others in which it cannot. */
export interface GateRig<Settings> {
  readonly source: GateSource<Settings>;
  readonly answered: Asked<Settings>;
  /** Whom it asks is gone. A source of numbers has none then; a probe of the release says no. */
  readonly down: Asked<Settings>;
  /** Never answers; null for a source that waits for nothing. */
  readonly silent: Asked<Settings> | null;
  close(): Promise<void>;
}

const isYes = ({ kind, candidate, unit }: Measurement) =>
  kind === 'ok' && unit === 'yesNo' && candidate?.value === 1;

/** What every gate source has to keep. */
export function gateSuite<Settings>(name: string, open: () => Promise<GateRig<Settings>>) {
  describe(`${name}, as a gate source`, () => {
    let rig: GateRig<Settings>;
    beforeEach(async () => {
      rig = await open();
    });
    afterEach(() => rig.close());

    const ask = (asked: Asked<Settings>, signal = new AbortController().signal) =>
      rig.source.measure({ ...asked, signal });

    it('answers with numbers', async () => {
      const measurement = await ask(rig.answered);
      expect(measurement).toMatchObject({ kind: 'ok' });
      expectShape(measurement);
    });

    it('answers again', async () => {
      await ask(rig.answered);
      expect(await ask(rig.answered)).toMatchObject({ kind: 'ok' });
    });

    it('says what is wrong when whom it asks is gone, and does not throw', async () => {
      const measurement = await ask(rig.down);
      expectShape(measurement);
      expect(isYes(measurement)).toBe(false);
      expect(measurement.detail).not.toBe('');
      if (measurement.kind !== 'ok') expect(measurement.candidate).toBeNull();
    });

    it('does not ask when nobody wants the answer any more', async () => {
      const measurement = await ask(rig.answered, AbortSignal.abort());
      expectShape(measurement);
      expect(measurement.kind).toBe('timeout');
    });

    it('stops waiting when it is told to', async () => {
      if (!rig.silent) return;
      const stop = new AbortController();
      const answer = ask(rig.silent, stop.signal);
      const early = await Promise.race([answer, passed(50)]);
      expect(early).toBe('nothing yet');
      const asked = performance.now();
      stop.abort();
      expect((await answer).kind).toBe('timeout');
      expect(performance.now() - asked).toBeLessThan(1000);
    });

    it('never takes a deadline for a yes', async () => {
      if (!rig.silent) return;
      const measurement = await ask(rig.silent, AbortSignal.timeout(60));
      expectShape(measurement);
      expect(isYes(measurement)).toBe(false);
    });
  });
}

const passed = (ms: number) =>
  new Promise<string>((resolve) => setTimeout(resolve, ms, 'nothing yet'));

/** One plain JSON value with one printable line, and never ok without numbers. */
function expectShape(measurement: Measurement): void {
  expect(JSON.parse(JSON.stringify(measurement))).toEqual(measurement);
  expect(MEASUREMENT_KINDS).toContain(measurement.kind);
  expect(UNITS).toContain(measurement.unit);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  expect(measurement.detail).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(measurement.detail.length).toBeLessThan(1000);
  const { candidate, stable } = measurement;
  if (measurement.kind === 'ok') expect(candidate).not.toBeNull();
  for (const reading of [candidate, stable]) {
    for (const number of Object.values(reading ?? {})) expect(number).toBeTypeOf('number');
  }
}
