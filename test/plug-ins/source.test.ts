import { expect, it } from 'vitest';
import type { GateSourceKind, MeasureRequest } from '../../src/contract/index.ts';
import { guardedSourceKind } from '../../src/plug-ins/guard/source.ts';
import { asking, means, observation } from '../gates/kit/rig.ts';

const SECRET = 'hush-1234567';
const hide = (text: string) => text.replaceAll(SECRET, '***');
const answer = { kind: 'ok', candidate: null, stable: null, unit: 'yesNo', detail: '' } as const;

const opened = async (measure: (request: MeasureRequest) => Promise<unknown>) => {
  const kind = { name: 'own', metric: () => ({ unit: 'yesNo' }), open: () => ({ measure }) };
  return guardedSourceKind(kind as unknown as GateSourceKind, hide).open(means);
};

it.each([
  ['says', async (detail: string) => ({ ...answer, detail })],
  ['throws', (detail: string) => Promise.reject(new Error(detail))],
])('what the source of a plug-in %s is masked before it is cut', async (_, tell) => {
  // The cut at 300 characters goes through the secret.
  const source = await opened(() => tell(`${'x'.repeat(295)}${SECRET}`));
  const { detail } = await source.measure(asking({}));
  expect(detail).toBe(`${'x'.repeat(295)}***`);
});

it('what one gate does to its question no other gate sees', async () => {
  const source = await opened(async ({ settings, subject, observe, labels, reach }) => {
    const [seen, named, way] = [await observe(), await labels(), await reach()];
    for (const one of [settings, subject.candidate, subject, seen, named.service, way])
      for (const key of Object.keys(one ?? {})) delete (one as Record<string, unknown>)[key];
    return answer;
  });
  const shared = {
    settings: { a: 1 },
    seen: observation(),
    labels: { service: { workload: 'shop' }, candidate: {}, stable: null },
    way: { url: 'http://127.0.0.1:1', headers: {} },
  };
  const request = asking(shared.settings, {
    observe: async () => shared.seen,
    labels: async () => shared.labels,
    reach: async () => shared.way,
  });
  const before = structuredClone([shared, request.subject]);
  expect(await source.measure(request as MeasureRequest)).toEqual(answer);
  expect([shared, request.subject]).toEqual(before);
});

it('the source of a plug-in keeps its named gates, its past, and that an error lasts', async () => {
  const kind = {
    name: 'own',
    metric: () => ({ unit: 'count' }),
    named: { orders: { of: 'orders', least: 5 } },
    open: () => ({
      past: true,
      measure: async () => ({ ...answer, kind: 'sourceError', permanent: true }),
    }),
  };
  const guarded = guardedSourceKind(kind as unknown as GateSourceKind, hide);
  expect(guarded.named).toEqual(kind.named);
  const source = await guarded.open(means);
  expect(source.past).toBe(true);
  expect(await source.measure(asking({}))).toMatchObject({ kind: 'sourceError', permanent: true });
});

it.each([
  ['no names', 'orders'],
  ['no settings', { orders: 5 }],
  ['settings that are no single values', { orders: { of: ['orders'] } }],
])('named gates of a plug-in that are %s are refused in words', (_, named) => {
  const kind = { name: 'own', metric: () => ({ unit: 'count' }), named, open: () => ({}) };
  expect(() => guardedSourceKind(kind as unknown as GateSourceKind, hide)).toThrow(
    'The gate source own, of a plug-in, has malformed named gates',
  );
});
