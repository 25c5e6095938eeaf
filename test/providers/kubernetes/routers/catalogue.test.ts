import { describe, expect, test } from 'vitest';
import { ROUTERS } from '../../../../providers/kubernetes/routers/index.ts';
import { kubeSettingsSchema } from '../../../../providers/kubernetes/settings.ts';
import { RouterFixture, view } from './fixture.ts';

const settings = (router: unknown) =>
  kubeSettingsSchema.safeParse({
    context: 'prod',
    namespace: 'shop',
    workload: 'web',
    image: 'shop:v2',
    ...(router === undefined ? {} : { router }),
  });

const supported = ROUTERS.filter(({ refusal }) => refusal === undefined);

describe('routers in a config', () => {
  test('the Service is the router where none is named', () => {
    expect(settings(undefined).data).toMatchObject({
      router: { kind: 'service' },
      propagation: 15_000,
    });
  });

  test.each(supported.map(({ kind, propagation }) => [kind, propagation]))(
    '%s is named with its object, and has a time of its own',
    (kind, propagation) => {
      expect(settings({ [kind]: 'web' }).data).toMatchObject({
        router: { kind, name: 'web' },
        propagation,
      });
    },
  );

  test('a TrafficSplit is refused with what takes its place', () => {
    const { error } = settings({ trafficSplit: 'web' });
    expect(error?.issues.map(({ message }) => message).join()).toContain(
      'router: { httpRoute: NAME }',
    );
  });

  test.each([{}, { httpRoute: 'a', grpcRoute: 'b' }, 'ingress', { ingres: 'web' }])(
    '%o is answered with the kinds that there are',
    (router) => {
      const { error } = settings(router);
      expect(JSON.stringify(error?.issues)).toMatch(/httpRoute/);
    },
  );

  test('one of a newer version is refused, and nothing is guessed', () => {
    expect(() => view(new RouterFixture(), { kind: 'quantum', name: 'web' })).toThrow(
      'this version knows no router quantum',
    );
  });

  test.each(supported)('$kind asks for the rights that it uses', ({ rights }) => {
    expect(rights.flatMap(({ verbs }) => verbs)).toContain('patch');
  });
});
