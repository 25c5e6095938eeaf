import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import type { RouterKind } from './router.ts';
import { TRAEFIK_NOTE, traefikServiceOf } from './traefik.ts';
import { type RouteForm, type Target, weightedRouter } from './weighted/index.ts';

interface TraefikService extends KubeObject {
  readonly spec: {
    readonly weighted?: { readonly services?: readonly Target[]; readonly sticky?: JsonObject };
  };
}

const specOf = (object: KubeObject) => (object as TraefikService).spec;

const traefikServiceForm: RouteForm = {
  kind: 'traefikservices',
  title: 'TraefikService',
  step: 0.1,
  namesOnlyWeight: true,
  unsaid: 1,
  spotsIn: (object) => {
    const { weighted } = specOf(object);
    if (!weighted) return [];
    const path = '/spec/weighted/services';
    return [
      {
        rule: {},
        targets: weighted.services ?? [],
        put: (value) => [{ op: 'replace', path, value }],
      },
    ];
  },
  serviceOf: traefikServiceOf,
  targetFor: (like, name) => ({ ...like, name }),
  adviceFor: (object) =>
    specOf(object).weighted ? null : 'it has no `weighted` part; only such a one splits traffic',
  notesOn: (object) => [
    TRAEFIK_NOTE,
    ...(specOf(object).weighted?.sticky
      ? [
          `TraefikService ${object.metadata.name}: its sticky cookie keeps clients where they were first, whatever the weights say`,
        ]
      : []),
  ],
};

/** A weighted TraefikService, which IngressRoutes of any number send to. */
export const traefikServiceRouter: RouterKind = {
  kind: 'traefikService',
  object: 'a TraefikService',
  about: 'A TraefikService with a `weighted` part.',
  propagation: 10_000,
  rights: [{ kind: 'traefikservices', verbs: ['get', 'patch'] }],
  open: weightedRouter(traefikServiceForm),
};
