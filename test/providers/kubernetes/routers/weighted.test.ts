import { describe, expect, test } from 'vitest';
import { RouterFixture, view } from './fixture.ts';
import { FORMS, type Form } from './forms.ts';

const CANARY = 'web-dctl-2';
const known = { web: 100, [CANARY]: 0 };

function stage({ router, resource, object }: Form) {
  const fixture = new RouterFixture();
  fixture.put(resource, object);
  const clean = () => {
    const { spec, metadata } = fixture.get(resource, 'web');
    const { 'deployctl.dev/routes': _, ...annotations } = metadata.annotations ?? {};
    return { spec, annotations };
  };
  /** Its users' gateways have seen it, where it has a status. */
  const seen = () => {
    const found = fixture.get(resource, 'web');
    const text = JSON.stringify(found).replaceAll(
      /"observedGeneration":\d+/g,
      `"observedGeneration":${found.metadata.generation}`,
    );
    fixture.put(resource, JSON.parse(text));
  };
  const web = view(fixture, router);
  /** As they are read: some name nobody without weight. */
  const told = (weights: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      Object.entries(weights).filter(
        ([name, weight]) => weight > 0 || name === 'web' || !web.router.namesOnlyWeight,
      ),
    );
  return { desk: fixture, clean, seen, web, told };
}

describe.each(Object.entries(FORMS))('weights of %s', (_title, form) => {
  test('what the user wrote is all of the traffic', async () => {
    const { web } = stage(form);
    expect(await web.read()).toMatchObject({
      weights: { web: 100 },
      match: null,
      lag: null,
      problem: null,
      names: ['web'],
    });
  });

  test('a candidate is known without weight, gets its share, and is forgotten without a trace', async () => {
    const { web, clean, seen, told, desk: fixture } = stage(form);
    const before = clean();
    await web.write({ weights: known, isShift: false });
    seen();
    fixture.now += 500;
    expect(await web.read()).toMatchObject({ weights: told(known), lag: null, routedAt: null });
    for (const share of [1, 25, 99, 100]) {
      const weights = { web: 100 - share, [CANARY]: share };
      await web.write({ weights, key: `d1/${share}` });
      expect((await web.read()).weights).toEqual(weights);
    }
    expect(await web.read()).toMatchObject({ operation: 'd1/100', routedAt: 1500 });
    await web.write({ weights: known });
    await web.write({ weights: { web: 100 }, without: [CANARY], isShift: false });
    expect(clean()).toEqual(before);
  });

  test('without weight it is named only where its Service may be without pods', async () => {
    const { web, clean } = stage(form);
    const before = clean();
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    await web.write({ weights: known });
    const isNamed = (await web.read()).names.includes(CANARY);
    expect(isNamed).toBe(!web.router.namesOnlyWeight);
    if (!isNamed) expect(clean()).toEqual(before);
  });

  test('nothing but our weights and our entry changes on the way', async () => {
    const { web, clean } = stage(form);
    const before = JSON.stringify(clean());
    await web.write({ weights: { web: 75, [CANARY]: 25 } });
    const after = JSON.stringify(clean());
    const strip = (text: string) =>
      text
        .replaceAll('\\', '')
        .replaceAll(/,?"weight":\d+/g, '')
        .replaceAll(/"web-dctl-2/g, '"web');
    const [left, right] = [strip(before), strip(after)];
    expect(right.length).toBeGreaterThan(left.length);
    for (const word of left.split(/[{}[\],]+/)) expect(right).toContain(word);
  });

  test('a write that was made of an older form is refused', async () => {
    const { web, desk: fixture } = stage(form);
    const read = await web.read();
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    const late = web.writeOn(read.fetched, { weights: { web: 1 } });
    await expect(late).rejects.toMatchObject({ failure: 'conflict' });
    expect(fixture.sent).toHaveLength(2);
  });

  test('an object that is gone, and one that is made anew, are told apart', async () => {
    const { web, desk: fixture } = stage(form);
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    fixture.take(form.resource, 'web');
    const gone = await web.read();
    expect(gone.weights).toBeNull();
    expect(gone.problem).toMatch(/is not there$/);
    await expect(web.write({ weights: known })).rejects.toMatchObject({ failure: 'permanent' });
    fixture.put(form.resource, form.object);
    expect(await web.read()).toMatchObject({ weights: { web: 100 }, operation: null });
  });

  test('who also sends to strangers is left alone', async () => {
    const { web, desk: fixture } = stage(form);
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    const text = JSON.stringify(fixture.get(form.resource, 'web'));
    fixture.put(form.resource, JSON.parse(text.replaceAll(CANARY, 'stranger')));
    expect((await web.read()).problem).toContain('also sends to stranger');
  });
});

describe.each(
  Object.entries(FORMS).flatMap(([title, form]) =>
    (['header', 'cookie'] as const).flatMap((kind) =>
      form[kind] ? [[title, kind, form] as const] : [],
    ),
  ),
)('rules of %s for requests with a %s', (_title, kind, form) => {
  const asked = { deployment: CANARY, [kind]: { name: 'x-canary', value: 'y.s' } };

  test('come and go, and leave the user’s as they were', async () => {
    const { web, clean, told } = stage(form);
    const before = clean();
    await web.write({ weights: known, isShift: false });
    const without = clean();
    await web.write({ weights: known, match: asked });
    expect(await web.read()).toMatchObject({
      weights: told(known),
      match: asked,
      names: expect.arrayContaining([CANARY]),
    });
    expect(JSON.stringify(clean())).toMatch(/y\\*\.s/);
    await web.write({ weights: { web: 60, [CANARY]: 40 } });
    expect(await web.read()).toMatchObject({
      weights: { web: 60, [CANARY]: 40 },
      match: asked,
    });
    await web.write({ weights: known, match: null });
    expect(clean()).toEqual(without);
    expect((await web.read()).match).toBeNull();
    await web.write({ weights: known, match: asked });
    await web.write({ weights: { web: 100 }, without: [CANARY], isShift: false });
    expect(clean()).toEqual(before);
  });
});

describe('what is told nowhere is waited for', () => {
  test.each(['VirtualService', 'ALB'])('%s: before a new Service gets weight', async (title) => {
    const { web, desk: fixture } = stage(FORMS[title] as Form);
    await web.write({ weights: known, isShift: false });
    expect((await web.read()).lag).toContain('knows the new Service');
    fixture.now += 499;
    expect((await web.read()).lag).not.toBeNull();
    fixture.now += 1;
    expect((await web.read()).lag).toBeNull();
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    expect((await web.read()).lag).toBeNull();
  });
});

describe('a header that rules of the user’s match already', () => {
  test.each([
    ['VirtualService', 'X-Kind', 'x-kind'],
    ['HTTPRoute', 'x-kind', 'x-kind'],
  ])('%s: is refused', async (title, name, told) => {
    const form = FORMS[title] as Form;
    const text = JSON.stringify(form.object).replace(
      '"path":{"type":"PathPrefix","value":"/"}',
      '"headers":[{"name":"X-Kind","value":"a"}]',
    );
    const { web } = stage({ ...form, object: JSON.parse(text) });
    const { fetched } = await web.read();
    const refusal = web.router.refuses?.({ header: { name, value: 'b' } }, fetched);
    expect(refusal).toContain(`matches ${told} itself`);
    expect(web.router.refuses?.({ header: { name: 'x-other', value: 'b' } }, fetched)).toBeNull();
  });
});

describe('what one object says for two workloads', () => {
  const form = FORMS.IngressRoute as Form;
  const [first, second] = form.object.spec.routes as unknown as [object, object];
  const both = {
    ...form.object,
    spec: {
      ...form.object.spec,
      routes: [first, { ...second, services: [{ name: 'api', port: 80, weight: 3 }] }],
    },
  };
  const header = { name: 'x-canary', value: 'yes' };

  test('two deployments at a time keep apart, and both leave what was there', async () => {
    const fixture = new RouterFixture();
    fixture.put('ingressroutes', both);
    const before = fixture.get('ingressroutes', 'web').spec;
    const web = view(fixture, form.router, 'web');
    const api = view(fixture, form.router, 'api');
    await web.write({ weights: { web: 100, [CANARY]: 0 }, isShift: false });
    await api.write({ weights: { api: 100, 'api-dctl-2': 0 }, isShift: false });
    await web.write({
      weights: { web: 90, [CANARY]: 10 },
      match: { deployment: CANARY, header },
      key: 'web/1',
    });
    await api.write({
      weights: { api: 50, 'api-dctl-2': 50 },
      match: { deployment: 'api-dctl-2', header },
      key: 'api/1',
    });
    expect(await web.read()).toMatchObject({
      weights: { web: 90, [CANARY]: 10 },
      match: { deployment: CANARY, header },
      operation: 'web/1',
      problem: null,
    });
    expect(await api.read()).toMatchObject({
      weights: { api: 50, 'api-dctl-2': 50 },
      match: { deployment: 'api-dctl-2', header },
      operation: 'api/1',
      problem: null,
    });
    await web.write({ weights: { web: 100 }, without: [CANARY], isShift: false });
    expect(await api.read()).toMatchObject({
      weights: { api: 50, 'api-dctl-2': 50 },
      match: { deployment: 'api-dctl-2', header },
    });
    await api.write({ weights: { api: 100 }, without: ['api-dctl-2'], isShift: false });
    expect(fixture.get('ingressroutes', 'web').spec).toEqual(before);
  });
});
