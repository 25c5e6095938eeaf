import type { AwsSecretReference, JsonObject } from '../../contract/index.ts';
import type { AwsEnvironment } from './access.ts';
import { openJson } from './json.ts';

/** The secret behind a reference to a store of AWS, in the version that it names or the newest one. */
export async function readAwsSecret(
  reference: AwsSecretReference,
  env: AwsEnvironment,
): Promise<string> {
  if ('fromAwsParameter' in reference) {
    const { name, version, region } = reference.fromAwsParameter;
    const Name = version === undefined ? name : `${name}:${version}`;
    const door = openJson('ssm', env, { region: regionOf(name, region, env) });
    const { Parameter } = await door.read((ssm, options) =>
      ssm.send<AnsweredParameter>('GetParameter', { Name, WithDecryption: true }, options),
    );
    return Parameter.Value;
  }
  const { id: SecretId, key, version: VersionId, region } = reference.fromAwsSecret;
  const door = openJson('secretsmanager', env, { region: regionOf(SecretId, region, env) });
  const { SecretString } = await door.read((store, options) =>
    store.send<AnsweredSecret>('GetSecretValue', { SecretId, VersionId }, options),
  );
  if (SecretString === undefined) throw new Error('it is binary, and only text can be taken');
  return key === undefined ? SecretString : memberOf(SecretString, key);
}

/** The version that is current now: what the reference stands for does not change any more. */
export async function pinAwsSecret(
  reference: AwsSecretReference,
  env: AwsEnvironment,
): Promise<AwsSecretReference> {
  if ('fromAwsParameter' in reference) {
    const asked = reference.fromAwsParameter;
    if (asked.version !== undefined) return reference;
    const door = openJson('ssm', env, { region: regionOf(asked.name, asked.region, env) });
    // What is encrypted stays so: only its version is of interest.
    const wanted = { Name: asked.name, WithDecryption: false };
    const { Parameter } = await door.read((ssm, options) =>
      ssm.send<AnsweredParameter>('GetParameter', wanted, options),
    );
    return { fromAwsParameter: { ...asked, version: Parameter.Version } };
  }
  const asked = reference.fromAwsSecret;
  if (asked.version !== undefined) return reference;
  const door = openJson('secretsmanager', env, { region: regionOf(asked.id, asked.region, env) });
  const { VersionIdsToStages = {} } = await door.read((store, options) =>
    store.send<DescribedSecret>('DescribeSecret', { SecretId: asked.id }, options),
  );
  const [version] =
    Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT')) ?? [];
  if (version === undefined) throw new Error(`the secret ${asked.id} has no current version`);
  return { fromAwsSecret: { ...asked, version } };
}

interface AnsweredParameter {
  readonly Parameter: { readonly Value: string; readonly Version: number };
}

interface AnsweredSecret {
  readonly SecretString?: string;
}

interface DescribedSecret {
  readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>>;
}

/** An ARN tells it; a name means the region of whoever asks. */
function regionOf(name: string, given: string | undefined, env: AwsEnvironment): string {
  const ofArn = name.startsWith('arn:') ? name.split(':')[3] : undefined;
  const region = given ?? (ofArn || undefined) ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (region) return region;
  throw new Error('no region says where it is: give it one, or set AWS_REGION');
}

/** One member of a secret that is JSON. What it says stands in no error. */
function memberOf(text: string, key: string): string {
  const value = jsonObjectIn(text)?.[key];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`it has no member ${key} that is text`);
}

function jsonObjectIn(text: string): JsonObject | null {
  try {
    return JSON.parse(text) as JsonObject | null;
  } catch {
    return null;
  }
}
