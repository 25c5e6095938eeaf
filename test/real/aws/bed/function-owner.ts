import { openRest } from '../../../../src/clients/aws/rest.ts';
import { type Bed, REGION } from './bed.ts';
import { Hands } from './hands.ts';
import type { Network } from './network.ts';

/** Code of these versions in a bucket, and a function whose first version serves, as its owner made it. */
export async function makeFunction(
  bed: Bed,
  { groups }: Network,
  versions: readonly string[],
): Promise<void> {
  await form(bed, 'iam', {
    Action: 'CreateRole',
    Version: '2010-05-08',
    RoleName: 'shop',
    AssumeRolePolicyDocument: '{}',
  });
  await put(bed, '/code', '');
  for (const version of versions) await put(bed, `/code/${version}.zip`, version);
  const call = ownerDoor(bed);
  const group = groups[0] ?? '';
  await call('POST', '', {
    FunctionName: 'shop',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::123456789012:role/shop',
    Code: { S3Bucket: 'code', S3Key: `${versions[0]}.zip` },
    Publish: true,
  });
  await call('POST', '/shop/policy?Qualifier=1', {
    StatementId: 'owner',
    Action: 'lambda:InvokeFunction',
    Principal: 'elasticloadbalancing.amazonaws.com',
    SourceArn: group,
  });
  await new Hands(bed.client()).registerFunction(
    group,
    'arn:aws:lambda:eu-central-1:123456789012:function:shop:1',
  );
}

function ownerDoor(bed: Bed) {
  const env = {
    AWS_ENDPOINT_URL: bed.url,
    AWS_ACCESS_KEY_ID: 'OWNER',
    AWS_SECRET_ACCESS_KEY: 'none',
  };
  const door = openRest('lambda', env, { region: REGION });
  return <T>(method: 'POST', path: string, body: object): Promise<T> =>
    door.write((rest, options) =>
      rest.send<T>({ method, path: `/2015-03-31/functions${path}`, body }, options),
    );
}

const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=OWNER/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

/** Past the front, to a service that it knows nothing of. */
export async function form(
  bed: Bed,
  service: string,
  fields: Readonly<Record<string, string>>,
): Promise<string> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...signed(service),
  };
  const body = new URLSearchParams(fields);
  const answer = await fetch(bed.motoUrl, { method: 'POST', headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

async function put(bed: Bed, path: string, body: string): Promise<void> {
  const answer = await fetch(`${bed.motoUrl}${path}`, {
    method: 'PUT',
    headers: signed('s3'),
    body:
      body ||
      `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`,
  });
  if (!answer.ok) throw new Error(await answer.text());
}
