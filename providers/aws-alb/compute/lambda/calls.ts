import type { Caller } from '../../../../src/clients/aws/caller.ts';
import type { RestCall, RestSender } from '../../../../src/clients/aws/rest.ts';
import { isProviderError } from '../../../../src/contract/index.ts';

/** The part of what AWS says of a version that is relied on. */
export interface FunctionState {
  readonly Version: string;
  readonly State?: 'Pending' | 'Active' | 'Inactive' | 'Failed';
  readonly StateReason?: string;
}

export interface FunctionCode {
  readonly image?: string;
  readonly bucket?: string;
  readonly key?: string;
}

/** The few calls about one function. */
export class FunctionCalls {
  readonly #door: Caller<RestSender>;
  readonly #path: string;

  constructor(door: Caller<RestSender>, name: string) {
    this.#door = door;
    this.#path = `/2015-03-31/functions/${encodeURIComponent(name)}`;
  }

  /** Null where there is no such alias or version. */
  state(qualifier: string, signal?: AbortSignal): Promise<FunctionState | null> {
    const path = `${this.#path}/configuration?Qualifier=${encodeURIComponent(qualifier)}`;
    return functionOrNull(this.#read<FunctionState>({ method: 'GET', path }, signal));
  }

  hasAlias(name: string, signal: AbortSignal): Promise<boolean> {
    const path = `${this.#path}/aliases/${encodeURIComponent(name)}`;
    return functionOrNull(this.#read({ method: 'GET', path }, signal)).then(
      (found) => found !== null,
    );
  }

  /** The number of the version that this code is published as. */
  async publish({ image, bucket, key }: FunctionCode, signal: AbortSignal): Promise<string> {
    const code = image ? { ImageUri: image } : { S3Bucket: bucket, S3Key: key };
    const call = { path: `${this.#path}/code`, body: { ...code, Publish: true } };
    return (await this.#write<FunctionState>({ method: 'PUT', ...call }, signal)).Version;
  }

  async name(alias: string, version: string, signal: AbortSignal): Promise<void> {
    const body = { Name: alias, FunctionVersion: version };
    await this.#write({ method: 'POST', path: `${this.#path}/aliases`, body }, signal);
  }

  /** Lets the load balancer call it, for one group; saying so twice changes nothing. */
  async allow(alias: string, group: { name: string; arn: string }, signal: AbortSignal) {
    const path = `${this.#path}/policy?Qualifier=${encodeURIComponent(alias)}`;
    const body = {
      StatementId: `deployctl-${group.name}`,
      Action: 'lambda:InvokeFunction',
      Principal: 'elasticloadbalancing.amazonaws.com',
      SourceArn: group.arn,
    };
    await this.#write({ method: 'POST', path, body }, signal).catch((error: unknown) => {
      if (!isErrorNamed(error, 'ResourceConflictException')) throw error;
    });
  }

  #read<T>(call: RestCall, signal?: AbortSignal): Promise<T> {
    return this.#door.read((door, options) => door.send<T>(call, options), signal);
  }

  #write<T>(call: RestCall, signal: AbortSignal): Promise<T> {
    return this.#door.write((door, options) => door.send<T>(call, options), signal);
  }
}

function functionOrNull<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: unknown) => {
    if (isErrorNamed(error, 'ResourceNotFoundException')) return null;
    throw error;
  });
}

const isErrorNamed = (error: unknown, name: string) =>
  isProviderError(error) && error.cause instanceof Error && error.cause.name === name;
