import { z } from 'zod';
import { url } from '../../src/settings/http.ts';
import { duration, form, secretReference, text } from '../../src/settings/scalars.ts';
import { ROUTERS, SERVICE_PROPAGATION } from './routers/index.ts';
import {
  DAEMON_SET,
  drivenIn,
  NO_DAEMON_SET,
  nameIn,
  WORKLOADS,
  workloadInWords,
} from './workloads.ts';

const kubeName = (what: string) =>
  form(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, `the name of ${what}: small letters, digits, - and .`);

/** `deployment/checkout`, or its name alone; others keep their kind before their name. */
const workload = z
  .preprocess(
    (value) => (typeof value === 'string' ? workloadInWords(value) : value),
    z
      .string()
      .refine((value) => !DAEMON_SET.test(value), { error: NO_DAEMON_SET, abort: true })
      .pipe(
        form(
          /^(rollout\/|statefulset\/)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
          'the name of a Deployment, such as deployment/checkout, of a StatefulSet, such as statefulset/checkout, or of an Argo Rollout, such as rollout/checkout',
        ),
      ),
  )
  .describe(
    'The Deployment that serves: your own, which stays yours. Or `statefulset/NAME`, for strategy rolling. Or `rollout/NAME`: an Argo Rollout, whose controller deployctl drives.',
  );

const ROUTER_NAMES = ROUTERS.map(({ kind }) => kind);
const ROUTER = `service, or { KIND: NAME } with a kind out of ${ROUTER_NAMES.join(', ')}`;

/** One kind, and the name of its object. */
const objectRouter = z
  .strictObject(
    Object.fromEntries(
      ROUTERS.map(({ kind, object, about }) => [kind, kubeName(object).optional().describe(about)]),
    ),
    // Of keys that nobody knows, the words of all sections tell.
    { error: ({ code }) => (code === 'unrecognized_keys' ? undefined : ROUTER) },
  )
  .transform((given, context) => {
    const [first, ...others] = Object.entries(given).filter(([, name]) => name !== undefined);
    if (first && others.length === 0) return { kind: first[0], name: first[1] as string };
    context.addIssue({ code: 'custom', message: ROUTER });
    return z.NEVER;
  });

const router = z
  .union([z.literal('service').transform(() => ({ kind: 'service' as const })), objectRouter], {
    error: ROUTER,
  })
  .superRefine(({ kind }, context) => {
    const refusal = ROUTERS.find((one) => one.kind === kind)?.refusal;
    if (refusal) context.addIssue({ code: 'custom', message: refusal });
  })
  .prefault('service')
  .describe(
    'What splits the traffic: `service`, whose selector leads to one release at a time, or `{ httpRoute: name }` and others, whose weights do.',
  );

const propagationOf = (kind: string) =>
  ROUTERS.find((one) => one.kind === kind)?.propagation ?? SERVICE_PROPAGATION;

/** The `kubernetes` section of a config. */
export const kubeSettingsSchema = z
  .strictObject({
    context: text().describe(
      'Context of the kubeconfig that leads to the cluster; in-cluster for the cluster of this pod.',
    ),
    namespace: kubeName('a namespace').describe('Namespace of the workload.'),
    workload,
    image: text()
      .optional()
      .describe(
        'Image of this release: a tag, or better a digest, which nobody can move. Given to what runs now, or to what the manifests say.',
      ),
    manifests: z
      .union([text().transform((path) => [path]), z.array(text()).min(1)], {
        error: 'a path, or a list of paths that is not empty',
      })
      .optional()
      .describe(
        'Files or folders of manifests. The pods of their Deployment become the release, with the ConfigMaps that these name.',
      ),
    kustomize: text()
      .optional()
      .describe('A folder that `kubectl kustomize` builds such manifests from.'),
    helm: z
      .strictObject({
        chart: text().describe('The chart: a folder, a package or a reference.'),
        values: z.array(text()).default([]).describe('Files of values.'),
        release: text().optional().describe('Its name; that of the workload by default.'),
      })
      .optional()
      .describe('A chart that `helm template` renders such manifests from.'),
    secrets: z
      .record(
        kubeName('a Secret'),
        z.record(text(), secretReference('when the release is described, and when its pods start')),
      )
      .default({})
      .describe(
        'Secrets that a release brings along: by the name that its pods have for one, and the names of its values. Changed values make another release.',
      ),
    container: kubeName('a container')
      .nullable()
      .default(null)
      .describe('The container that gets the image; the first one by default.'),
    service: kubeName('a Service')
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
        'How long requests may still reach a release after the router has stopped sending to it; by default 15s for a Service, and a time of its own for each other router.',
      ),
  })
  .superRefine(({ image, ...settings }, context) => {
    const given = SOURCES.filter((key) => settings[key] !== undefined);
    if (given.length > 1)
      context.addIssue({
        code: 'custom',
        message: `one of ${given.join(', ')}`,
        path: given.slice(1),
      });
    if (given.length === 0 && image === undefined)
      context.addIssue({
        code: 'custom',
        message: 'an image, or one of manifests, kustomize and helm',
        path: ['image'],
      });
    refuseBeside(settings, context);
  })
  .transform(({ propagation, service, image, manifests, kustomize, helm, ...settings }) => ({
    ...settings,
    image: image ?? null,
    workload: nameIn(settings.workload),
    driven: drivenIn(settings.workload),
    source: sourceOf({ manifests, kustomize, helm }, settings.workload),
    service: service ?? nameIn(settings.workload),
    propagation: propagation ?? propagationOf(settings.router.kind),
  }))
  .describe('A Deployment of a Kubernetes cluster, with its Service and what sends traffic to it.');

interface WithWorkload extends Partial<Given> {
  readonly workload: string;
  readonly router: { readonly kind: string };
}

/** What has no place beside a workload that is no Deployment. */
function refuseBeside(settings: WithWorkload, context: z.RefinementCtx): void {
  const driven = drivenIn(settings.workload);
  if (driven === null) return;
  const { title, noRouter } = WORKLOADS[driven];
  const refuse = (key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message });
  if (settings.router.kind !== 'service') refuse('router', noRouter);
  for (const key of SOURCES)
    if (settings[key] !== undefined)
      refuse(key, `an image alone: the rest of a ${title} stays as it is in the cluster`);
}

/** Where a whole release is read from. */
export type Source =
  | { readonly manifests: readonly string[] }
  | { readonly kustomize: string }
  | {
      readonly helm: {
        readonly chart: string;
        readonly release: string;
        readonly values: readonly string[];
      };
    };

const SOURCES = ['manifests', 'kustomize', 'helm'] as const;

interface Given {
  readonly manifests: readonly string[] | undefined;
  readonly kustomize: string | undefined;
  readonly helm:
    | { readonly chart: string; readonly release?: string | undefined; readonly values: string[] }
    | undefined;
}

function sourceOf({ manifests, kustomize, helm }: Given, workload: string): Source | null {
  if (manifests) return { manifests };
  if (kustomize !== undefined) return { kustomize };
  return helm ? { helm: { ...helm, release: helm.release ?? workload } } : null;
}

export type KubernetesSettings = z.output<typeof kubeSettingsSchema>;
