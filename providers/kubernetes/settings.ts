import { z } from 'zod';
import { url } from '../../src/settings/http.ts';
import { duration, form, text } from '../../src/settings/scalars.ts';

const name = (what: string) =>
  form(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, `the name of ${what}: small letters, digits, - and .`);

/** `deployment/checkout`, or its name alone. */
const workload = z
  .preprocess(
    (value) =>
      typeof value === 'string' ? value.replace(/^(deployments?|deploy)(\.apps)?\//i, '') : value,
    name('a Deployment, such as deployment/checkout'),
  )
  .describe('The Deployment that serves: your own, which stays yours.');

/** What a Service cannot tell those who send requests at once, and what a Gateway cannot. */
const PROPAGATION = { service: 15_000, httpRoute: 10_000 } as const;

const ROUTER = 'service, or {httpRoute: NAME}';
const router = z
  .union(
    [
      z.literal('service').transform(() => ({ kind: 'service' as const })),
      z
        .strictObject({
          httpRoute: name('an HTTPRoute').describe('An HTTPRoute of the Gateway API.'),
        })
        .transform(({ httpRoute }) => ({ kind: 'httpRoute' as const, name: httpRoute })),
    ],
    { error: ROUTER },
  )
  .prefault('service')
  .describe(
    'What splits the traffic: `service`, whose selector leads to one release at a time, or `{ httpRoute: name }`, whose weights do.',
  );

/** The `kubernetes` section of a config. */
export const settingsSchema = z
  .strictObject({
    context: text().describe(
      'Context of the kubeconfig that leads to the cluster; in-cluster for the cluster of this pod.',
    ),
    namespace: name('a namespace').describe('Namespace of the workload.'),
    workload,
    image: text().describe(
      'Image of this release: a tag, or better a digest, which nobody can move.',
    ),
    container: name('a container')
      .nullable()
      .default(null)
      .describe('The container that gets the image; the first one by default.'),
    service: name('a Service')
      .optional()
      .describe('The Service that users reach it by; named like the workload by default.'),
    router,
    url: url()
      .nullable()
      .default(null)
      .describe('Where users reach the service from outside of the cluster.'),
    propagation: duration({ max: 600_000 })
      .optional()
      .describe(
        'How long requests may still reach a release after the router has let go of it; 15s for a Service and 10s for an HTTPRoute by default.',
      ),
  })
  .transform(({ propagation, service, ...settings }) => ({
    ...settings,
    service: service ?? settings.workload,
    propagation: propagation ?? PROPAGATION[settings.router.kind],
  }))
  .describe('A Deployment of a Kubernetes cluster, with its Service or an HTTPRoute.');

export type KubernetesSettings = z.output<typeof settingsSchema>;
