import { expect } from 'vitest';
import type { GateSource, MeasureRequest } from '../../../src/contract/index.ts';
import { fine } from './scenes.ts';
import type { Fake } from './server.ts';
import type { Cells, Wire } from './wire.ts';

const none: Cells = (part, version) => (part === 'bad' ? { is: 'nothing' } : fine(part, version));

interface Doubting {
  readonly wire: Wire;
  readonly fake: Fake;
  readonly request: MeasureRequest<never>;
  open(): Promise<GateSource<never>>;
}

/** No failure in the window: the server is asked once more, over a longer time. */
export async function doubtsNone({ wire, fake, request, open }: Doubting): Promise<void> {
  const looked = async (source: GateSource<never>, ever: Cells | null) => {
    fake.asked.length = 0;
    fake.behaviour = (asked) => {
      if (fake.asked.length === 1) return wire.good(asked, none);
      return ever ? wire.good(asked, ever) : wire.error(500, 'not today');
    };
    const { kind, detail, candidate } = await source.measure(request);
    return { kind, detail, candidate, asked: fake.asked.length };
  };

  const blind = await open();
  const found = await looked(blind, none);
  expect(found).toMatchObject({ kind: 'partial', candidate: null, asked: 2 });
  expect(found.detail).toContain('absentMeansNone: true');
  // That is not asked again at each look, and known for ever once one was found.
  expect(await looked(blind, fine)).toMatchObject({ kind: 'partial', asked: 1 });

  const seeing = await open();
  const seen = { kind: 'ok', candidate: { bad: 0, total: 60 } };
  expect(await looked(seeing, fine)).toMatchObject({ ...seen, asked: 2 });
  expect(await looked(seeing, none)).toMatchObject({ ...seen, asked: 1 });

  const unasked = await looked(await open(), null);
  expect(unasked).toMatchObject({ kind: 'partial', candidate: null });
  expect(unasked.detail).toContain('not today');
}
