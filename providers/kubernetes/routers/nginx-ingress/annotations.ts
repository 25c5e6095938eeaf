import type { Annotations } from '../../marks.ts';
import type { RequestMatch } from '../router.ts';
import type { Ingress } from './ingress.ts';

const at = (name: string) => `nginx.ingress.kubernetes.io/${name}`;

const CANARY = at('canary');
const WEIGHT = at('canary-weight');
const TOTAL = at('canary-weight-total');
const HEADER = at('canary-by-header');
const HEADER_VALUE = at('canary-by-header-value');
const COOKIE = at('canary-by-cookie');

export const isCanary = ({ metadata }: Ingress) => metadata.annotations?.[CANARY] === 'true';

export const pinsClients = ({ metadata }: Ingress) =>
  metadata.annotations?.[at('affinity')] === 'cookie';

/** Percent of the requests of its paths. */
export function weightIn({ metadata: { annotations = {} } }: Ingress): number {
  const [weight, total] = [Number(annotations[WEIGHT] ?? 0), Number(annotations[TOTAL] ?? 100)];
  return Number.isFinite(weight / total) ? (100 * weight) / total : 0;
}

/** By a cookie it can only be one with this value. */
export const COOKIE_VALUE = 'always';

export function matchIn({
  metadata: { annotations = {} },
}: Ingress): Omit<RequestMatch, 'deployment'> | null {
  const { [HEADER]: name, [HEADER_VALUE]: value, [COOKIE]: cookie } = annotations;
  if (name === undefined && cookie === undefined) return null;
  return {
    ...(name === undefined ? {} : { header: { name, value: value ?? 'always' } }),
    ...(cookie === undefined ? {} : { cookie: { name: cookie, value: COOKIE_VALUE } }),
  };
}

/** Weights below one percent are said in thousandths. */
export function weighing(weight: number): Annotations {
  const isWhole = Number.isInteger(weight);
  return {
    [CANARY]: 'true',
    [WEIGHT]: String(isWhole ? weight : Math.round(weight * 10)),
    [TOTAL]: isWhole ? null : '1000',
  };
}

export const matching = (match: Omit<RequestMatch, 'deployment'> | null): Annotations => ({
  [HEADER]: match?.header?.name ?? null,
  [HEADER_VALUE]: match?.header?.value ?? null,
  [COOKIE]: match?.cookie?.name ?? null,
});
