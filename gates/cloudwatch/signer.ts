import { accessFrom } from '../../src/clients/aws/access.ts';
import { openKeys } from '../../src/clients/aws/credentials.ts';
import { signatureOf } from '../../src/clients/aws/signature.ts';
import { Secret, type SourceMeans } from '../../src/contract/index.ts';
import type { ExchangeQuestion } from '../kit/exchange.ts';
import type { CloudwatchSettings } from './settings.ts';

type Place = Pick<CloudwatchSettings, 'region' | 'profile' | 'address'>;

const GET_METRIC_DATA = 'GraniteServiceVersion20100801.GetMetricData';

/** Makes a body a request that CloudWatch takes; keys are found once for each place. */
export function createSigner({ env, clock }: Pick<SourceMeans, 'env' | 'clock'>) {
  const keys = new Map<string, ReturnType<typeof openKeys>>();
  return async (place: Place, body: string): Promise<ExchangeQuestion> => {
    const region = place.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
    if (!region) throw new Error('no region is given: set `region`, or AWS_REGION');
    const profile = place.profile ?? undefined;
    const access = accessFrom(env, { region, service: 'CLOUDWATCH', profile });
    const id = `${region} ${profile}`;
    const readKeys = keys.get(id) ?? openKeys(access);
    keys.set(id, readKeys);
    const url = new URL(place.address ?? access.endpoint ?? addressOf(region));
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': GET_METRIC_DATA,
    };
    const request = { method: 'POST', url, headers, body };
    const at = { region, service: 'monitoring', at: clock.wall() };
    const signature = signatureOf(request, await readKeys(), at);
    return { ...request, headers: { ...headers, ...hidden(signature) } };
  };
}

const addressOf = (region: string) =>
  `https://monitoring.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;

/** A session token is a secret for as long as it holds. */
function hidden({ 'x-amz-security-token': token, ...rest }: Readonly<Record<string, string>>) {
  return token === undefined ? rest : { ...rest, 'x-amz-security-token': new Secret(token) };
}
