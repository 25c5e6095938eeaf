import type { Cluster, KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import { ProviderError } from '../../../../src/contract/index.ts';
import type { Connection } from '../../connection.ts';
import type { Router } from '../router.ts';
import { patchOf } from './change.ts';
import { NO_MATCH, type RouteForm } from './form.ts';
import { readWeighted } from './reading.ts';

export type { OwnRules, RouteForm, Rule, Spot, Target } from './form.ts';

/** A router that is one object with lists of weighted entries. */
export const weightedRouter =
  (form: RouteForm) =>
  (cluster: Cluster, connection: Connection, name: string): Router => {
    const { namespace } = connection;
    const place = { kind: form.kind, namespace, name };
    const { own } = form;
    return {
      weights: { step: form.step },
      match: own?.can ?? NO_MATCH,
      label: `${form.title} ${name}`,
      fetch: (signal) => cluster.get<KubeObject>(place, { signal }),
      read: (fetched, scenery) =>
        readWeighted(fetched as KubeObject | null, scenery, {
          form,
          connection,
          now: cluster.now(),
        }),
      write: async (fetched, scenery, change) => {
        const object = fetched as KubeObject | null;
        if (!object)
          throw new ProviderError('permanent', `there is no ${form.title} ${name} in ${namespace}`);
        const body = patchOf(object, change, { form, connection, scenery, now: cluster.now() });
        await cluster.patch(place, { as: 'json', body }, { signal: change.signal });
      },
      namesOnlyWeight: form.namesOnlyWeight ?? false,
      refuses: (match, fetched) => {
        const object = fetched as KubeObject | null;
        return object && own?.refuses ? own.refuses(match, own.rulesIn(object)) : null;
      },
    };
  };
