import { type AwsAccess, accessFrom } from '../../src/clients/aws/access.ts';
import { openKeys } from '../../src/clients/aws/credentials.ts';
import { signatureOf } from '../../src/clients/aws/signature.ts';
import { Secret, type SourceMeans } from '../../src/contract/index.ts';
import type { ExchangeQuestion } from './exchange.ts';

/** As a config has them; what is left out is found as AWS's own programs find it. */
export interface AwsPlace {
  readonly region: string | null;
  readonly profile: string | null;
}

interface AwsService {
  /** As AWS names it in signatures. */
  readonly service: 'monitoring' | 'aps';
  /** As the variable for its address is named. */
  readonly variable: string;
}

type PlainQuestion = Omit<ExchangeQuestion, 'headers' | 'url'> & {
  readonly headers: Readonly<Record<string, string>>;
};

/** Signs questions to a service of AWS; keys are looked for once for each place. */
export function createSigner(
  { env, clock }: Pick<SourceMeans, 'env' | 'clock'>,
  { service, variable }: AwsService,
) {
  const keys = new Map<string, ReturnType<typeof openKeys>>();
  const readKeys = (access: AwsAccess) => {
    const id = `${access.region} ${access.profile}`;
    const known = keys.get(id) ?? openKeys(access);
    keys.set(id, known);
    return known();
  };
  return async (
    place: AwsPlace,
    question: PlainQuestion,
    urlIn: (access: AwsAccess) => URL,
  ): Promise<ExchangeQuestion> => {
    const region = place.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
    if (!region) throw new Error('no region is given: set `region`, or AWS_REGION');
    const profile = place.profile ?? undefined;
    const access = accessFrom(env, { region, service: variable, profile });
    const url = urlIn(access);
    const request = { ...question, url, body: question.body ?? '' };
    const signature = signatureOf(request, await readKeys(access), {
      region,
      service,
      at: clock.wall(),
    });
    return { ...question, url, headers: { ...question.headers, ...hidden(signature) } };
  };
}

/** A session token is a secret for as long as it holds. */
function hidden({ 'x-amz-security-token': token, ...rest }: Readonly<Record<string, string>>) {
  return token === undefined ? rest : { ...rest, 'x-amz-security-token': new Secret(token) };
}
