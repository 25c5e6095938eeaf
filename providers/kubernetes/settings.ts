import { z } from 'zod';
import { url } from '../../src/settings/http.ts';
import { duration, form, secretReference, text } from '../../src/settings/scalars.ts';
import { ROUTERS, SERVICE_PROPAGATION } from './routers/index.ts';

const kubeName = (what: string) =>
  form(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, `the name of ${what}: small letters, digits, - and .`);

const OTHER_KINDS = /^(statefulsets?|sts|daemonsets?|ds)(\.apps)?\//i;

const ROLLOUT = 'rollout/';

/** `deployment/checkout`, or its name alone; or a Rollout, which keeps its kind before its name. */
const workload = z
  .preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .replace(/^(deployments?|deploy)(\.apps)?\//i, '')
            .replace(/^(rollouts?|ro)(\.argoproj\.io)?\//i, ROLLOUT)
        : value,
    z
      .string()
      .refine((value) => !OTHER_KINDS.test(value), {
        error:
          'a Deployment: pods of a StatefulSet or DaemonSet have names, volumes or nodes of their own, so no second version fits beside them',
        abort: true,
      })
      .pipe(
        form(
          /^(rollout\/)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
          'the name of a Deployment, such as deployment/checkout, or of an Argo Rollout, such as rollout/checkout',
        ),
      ),
  )
  .describe(
    'The Deployment that serves: your own, which stays yours. Or `rollout/NAME`: an Argo Rollout, whose controller is driven.',
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
        'Secrets that a release brings along: by the name that its pods have for one, and the names of its values. Other values are another release.',
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
        'How long requests may still reach a release after the router has let go of it; by default 15s for a Service, and for others what is known of them.',
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
    if (isRollout(settings.workload)) refuseBesideRollout(settings, context);
  })
  .transform(({ propagation, service, image, manifests, kustomize, helm, ...settings }) => ({
    ...settings,
    image: image ?? null,
    workload: settings.workload.replace(ROLLOUT, ''),
    driven: isRollout(settings.workload) ? ('rollout' as const) : null,
    source: sourceOf({ manifests, kustomize, helm }, settings.workload),
    service: service ?? settings.workload.replace(ROLLOUT, ''),
    propagation: propagation ?? propagationOf(settings.router.kind),
  }))
  .describe('A Deployment of a Kubernetes cluster, with its Service and what sends traffic to it.');

const isRollout = (workload: string) => workload.startsWith(ROLLOUT);

/** What a Rollout says itself. */
function refuseBesideRollout(
  settings: Partial<Given> & { readonly router: { readonly kind: string } },
  context: z.RefinementCtx,
): void {
  const refuse = (key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message });
  if (settings.router.kind !== 'service')
    refuse('router', 'no router: the Rollout names its own, in strategy.canary.trafficRouting');
  for (const key of SOURCES)
    if (settings[key] !== undefined)
      refuse(key, 'an image alone: the rest of a Rollout stays as it is in the cluster');
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
