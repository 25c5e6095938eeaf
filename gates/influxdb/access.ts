import type { Access } from '../kit/numbers/access.ts';
import type { InfluxdbSettings } from './settings.ts';

/** Both languages are asked by the same who. */
export const influxAccess = ({ headers, auth, tls, token }: InfluxdbSettings): Access => ({
  headers,
  auth,
  tls,
  ...(token === null ? {} : { authorization: { secret: token, as: (text) => `Token ${text}` } }),
});

export function influxUrl(
  { address }: InfluxdbSettings,
  path: string,
  query: Readonly<Record<string, string>>,
): URL {
  const url = new URL(`${address.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
