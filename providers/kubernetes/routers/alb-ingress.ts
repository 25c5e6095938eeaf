import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import type { RouterKind } from './router.ts';
import { type RouteForm, type Spot, type Target, weightedRouter } from './weighted/index.ts';

const ALB_ACTIONS = 'alb.ingress.kubernetes.io/actions.';

interface AlbAction extends JsonObject {
  readonly type?: string;
  readonly forwardConfig?: JsonObject & {
    readonly targetGroups?: readonly Target[];
    readonly targetGroupStickinessConfig?: JsonObject & { readonly enabled?: boolean };
  };
}

/** Actions are JSON in annotations. What cannot be read is none of ours. */
function actionOf(text: string): AlbAction | null {
  try {
    return JSON.parse(text) as AlbAction;
  } catch {
    return null;
  }
}

const actionsIn = ({ metadata }: KubeObject) =>
  Object.entries(metadata.annotations ?? {}).flatMap(([key, text]) => {
    const action = key.startsWith(ALB_ACTIONS) ? actionOf(text) : null;
    return action?.forwardConfig ? [{ key, text, action }] : [];
  });

function spotOf({ key, text, action }: ReturnType<typeof actionsIn>[number]): Spot {
  const path = `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const { forwardConfig } = action;
  return {
    rule: {},
    targets: forwardConfig?.targetGroups ?? [],
    put: (targetGroups) => [
      { op: 'test', path, value: text },
      {
        op: 'replace',
        path,
        value: JSON.stringify({ ...action, forwardConfig: { ...forwardConfig, targetGroups } }),
      },
    ],
  };
}

const albIngressForm: RouteForm = {
  kind: 'ingresses',
  title: 'Ingress',
  step: 0.1,
  unsaid: 'everything',
  settles: true,
  spotsIn: (object) => actionsIn(object).map(spotOf),
  serviceOf: ({ serviceName }) => (typeof serviceName === 'string' ? serviceName : null),
  targetFor: (like, serviceName) => ({ ...like, serviceName }),
  adviceFor: () =>
    `it needs an annotation ${ALB_ACTIONS}NAME with a forwardConfig whose targetGroups name the Service, and paths whose backend is NAME with the port use-annotation`,
  notesOn: (object) =>
    actionsIn(object).some(
      ({ action }) => action.forwardConfig?.targetGroupStickinessConfig?.enabled,
    )
      ? [
          `Ingress ${object.metadata.name}: its action keeps clients with the target group that they met first, whatever the weights say`,
        ]
      : [],
};

/** A weighted action of the AWS Load Balancer Controller. What the balancer does follows the annotation later. */
export const albIngressRouter: RouterKind = {
  kind: 'albIngress',
  object: 'an Ingress',
  about:
    'An Ingress of the AWS Load Balancer Controller, whose annotation `actions.NAME` forwards to the Service by weight.',
  propagation: 60_000,
  rights: [{ kind: 'ingresses', verbs: ['get', 'patch'] }],
  open: weightedRouter(albIngressForm),
};
