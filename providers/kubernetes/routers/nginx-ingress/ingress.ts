import type { KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../../src/contract/index.ts';

/** What is read of an Ingress, and which of its paths lead to a Service. */

export interface Ingress extends KubeObject {
  readonly spec: {
    readonly ingressClassName?: string;
    readonly tls?: readonly JsonObject[];
    readonly rules?: readonly IngressRule[];
  };
}

interface IngressRule extends JsonObject {
  readonly host?: string;
  readonly http?: JsonObject & { readonly paths?: readonly IngressPath[] };
}

interface IngressPath extends JsonObject {
  readonly path?: string;
  readonly backend: JsonObject & { readonly service?: JsonObject & { readonly name: string } };
}

/** Its rules, with only the paths that lead to one Service, as paths that lead to another. */
export const rulesTo = ({ spec }: Ingress, from: string, to: string): readonly IngressRule[] =>
  (spec.rules ?? []).flatMap((rule) => {
    const paths = (rule.http?.paths ?? [])
      .filter(({ backend }) => backend.service?.name === from)
      .map((path) => ({
        ...path,
        backend: { ...path.backend, service: { ...path.backend.service, name: to } },
      }));
    return paths.length > 0 ? [{ ...rule, http: { ...rule.http, paths } }] : [];
  });

/** Host and path of each, which only one canary can stand beside. */
export const placesIn = (rules: readonly IngressRule[]): readonly string[] =>
  rules.flatMap(({ host = '*', http }) =>
    (http?.paths ?? []).map(({ path = '/' }) => `${host}${path}`),
  );
