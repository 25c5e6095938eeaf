/** How a client of AWS is opened: from the environment, as AWS's own programs read it. */
export interface AwsAccess {
  readonly region: string;
  /** Another address than AWS's own: a VPC endpoint, a server for tests. */
  readonly endpoint?: string;
  /** Left out, the client finds them itself: profile, web identity, instance role. */
  readonly credentials?: AwsKeys;
  readonly profile?: string;
}

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

export interface AwsAccessPlace {
  readonly region: string;
  /** As the variable for its address is named: `S3`, `ELASTIC_LOAD_BALANCING_V2`. */
  readonly service: string;
  readonly profile?: string | undefined;
}

export function accessFrom(
  env: AwsEnvironment,
  { region, service, profile }: AwsAccessPlace,
): AwsAccess {
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL;
  const named = profile ?? env.AWS_PROFILE;
  return {
    region,
    ...(endpoint ? { endpoint } : {}),
    ...(named ? { profile: named } : credentialsFrom(env)),
  };
}

function credentialsFrom(env: AwsEnvironment): Pick<AwsAccess, 'credentials'> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) return {};
  return {
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
  };
}

/** Ms for a connection, and for an answer: well within what one call of an operation may take. */
const CONNECT = 4_000;
const ANSWER = 8_000;
/** None waits for another's connection: waiting would count as not being connected. */
const AGENT = { keepAlive: true, maxSockets: 512 };

/** The library would write its opinions to the terminal. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Every call is sent once: who sends it again, and when, is decided above, by what became of it. */
export function sdkConfig(access: AwsAccess) {
  return {
    ...access,
    maxAttempts: 1,
    logger: SILENT,
    requestHandler: {
      connectionTimeout: CONNECT,
      requestTimeout: ANSWER,
      throwOnRequestTimeout: true,
      httpAgent: AGENT,
      httpsAgent: AGENT,
    },
  };
}
