import type { JsonObject, SecretReference } from '../../src/contract/index.ts';

/** Where a project lives; enough to reach it without its config. Plain values, references at most. */
export interface Connection {
  /** Base of the API. */
  readonly api: string;
  /** Id or name, and slug or id; null for the account of the token. */
  readonly project: string;
  readonly team: string | null;
  readonly token: SecretReference | null;
  /** The secret that lets automation past the protection of deployments. */
  readonly bypass: SecretReference | null;
  /** Folder that files of secrets are meant from. */
  readonly folder: string;
  /** Ms after a promotion for which users may still get what was before. */
  readonly propagation: number;
  /** Ms after which a list surely tells of what was created. */
  readonly readLag: number;
  /** Ms between two looks. */
  readonly poll: number;
}

export const connectionOf = (connection: JsonObject) => connection as unknown as Connection;

export const OFFICIAL = 'https://api.vercel.com';
