import { resolve } from 'node:path';
import { secretFile } from '../clients/secret-file.ts';
import {
  type AwsSecretReference,
  isAwsSecret,
  type Json,
  type JsonObject,
  type ReadSecret,
  Secret,
  type SecretReference,
} from '../contract/index.ts';
import { secretsInAddresses } from '../lib/address-secrets.ts';

export interface Whence {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths are meant from. */
  readonly folder: string;
}

/**
 * What the references to secrets in a config or a plan stand for, as far as it can be had by looking:
 * a command is not run before its secret is needed. Also what stands plainly in an address.
 */
export async function secretsIn(value: unknown, whence: Whence): Promise<string[]> {
  if (typeof value === 'string') return secretsInAddresses(value);
  if (typeof value !== 'object' || value === null) return [];
  const { fromEnv, fromFile, cwd } = value as Partial<Record<string, unknown>>;
  if (typeof fromEnv === 'string') return [valueIn(whence.env, fromEnv) ?? ''];
  if (typeof fromFile === 'string') return [await secretsContentOf(fromFile, whence)];
  const folder = typeof cwd === 'string' ? resolve(whence.folder, cwd) : whence.folder;
  const parts = Object.values(value).map((part) => secretsIn(part, { ...whence, folder }));
  return (await Promise.all(parts)).flat();
}

/** One that cannot be read cannot be shown either; whoever needs it will say that it is missing. */
function secretsContentOf(path: string, { folder }: Whence): Promise<string> {
  return secretFile(resolve(folder, path)).then(
    (text) => text.trim(),
    () => '',
  );
}

/** An environment inherits `constructor` and the like, which nobody has set. */
const valueIn = (env: Whence['env'], name: string) =>
  Object.hasOwn(env, name) ? env[name] : undefined;

export interface SecretsMeans {
  readonly env: Whence['env'];
  /** Called with each value before anybody gets it. */
  conceal(secrets: readonly string[]): Promise<void>;
  /** What a program prints; an error says what went wrong, and nothing of what was printed. */
  run(command: readonly string[], limits: SecretsLimits): Promise<string>;
  /** What a store of AWS holds. */
  aws(reference: AwsSecretReference): Promise<string>;
}

interface SecretsLimits {
  readonly env: Whence['env'];
  readonly cwd: string;
  /** Ms. */
  readonly timeout: number;
}

/** Less than a call to a platform may take, so that what is told is that the secret is missing. */
const SECRET_COMMAND_LIMIT_MS = 10_000;

/** Reads secrets when they are needed; commands and stores elsewhere are asked only once. */
export function secretReader({ env, conceal, run, aws }: SecretsMeans): ReadSecret {
  const printed = new Map<string, Promise<string>>();
  const once = (key: string, ask: () => Promise<string>) => {
    const asked = printed.get(key) ?? ask();
    printed.set(key, asked);
    // One that failed may be put right meanwhile.
    asked.catch(() => printed.delete(key));
    return asked;
  };
  const read = (reference: SecretReference, folder: string): Promise<string> => {
    if ('fromCommand' in reference) {
      const limits = { env: forCommand(env), cwd: folder, timeout: SECRET_COMMAND_LIMIT_MS };
      const { fromCommand: command } = reference;
      return once(JSON.stringify([command, folder]), () => run(command, limits));
    }
    if (isAwsSecret(reference)) return once(JSON.stringify(reference), () => aws(reference));
    if ('fromFile' in reference) return secretsFileText(resolve(folder, reference.fromFile));
    return variable(env, reference.fromEnv);
  };
  return async (reference, folder) => {
    const text = await read(reference, folder).catch((error: Error) => {
      throw new Error(`the secret of ${secretsNameOf(reference)} is missing: ${error.message}`);
    });
    await conceal([text]);
    return new Secret(text);
  };
}

function secretsNameOf(reference: SecretReference): string {
  if ('fromAwsSecret' in reference) return reference.fromAwsSecret.id;
  if ('fromAwsParameter' in reference) return reference.fromAwsParameter.name;
  if ('fromCommand' in reference) return `\`${reference.fromCommand.join(' ')}\``;
  return 'fromFile' in reference ? reference.fromFile : reference.fromEnv;
}

async function variable(env: Whence['env'], name: string): Promise<string> {
  const value = valueIn(env, name);
  if (value) return value;
  throw new Error('the variable is not set here');
}

async function secretsFileText(path: string): Promise<string> {
  const text = await secretFile(path).catch(({ code, message }: NodeJS.ErrnoException) => {
    throw new Error(`the file cannot be read (${code ?? message})`);
  });
  return text.replace(/\r?\n$/, '');
}

/** What programs need that keep secrets, to find themselves, their server and who asks. */
const HANDED_ON = new RegExp(
  [
    '^(PATH|HOME|USER|LOGNAME|SHELL|LANG|TZ|TMPDIR|TERM|GNUPGHOME|GPG_TTY|KUBECONFIG|SSH_AUTH_SOCK)$',
    '^(HTTPS?|ALL|NO)_PROXY$|^(https?|all|no)_proxy$|^SSL_CERT_|^NODE_EXTRA_CA_CERTS$',
    '^(LC|XDG|DBUS|OP|VAULT|BAO|AWS|AZURE|GOOGLE|CLOUDSDK|BW|SOPS|DOPPLER|INFISICAL|PASSWORD_STORE)_',
  ].join('|'),
);

const forCommand = (env: Whence['env']) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => HANDED_ON.test(name)));

const isSection = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Pin = (reference: AwsSecretReference) => Promise<AwsSecretReference>;

/** The same settings with every reference to a store of AWS made one to the version that is current. */
export async function pinnedIn(settings: JsonObject, pin: Pin): Promise<JsonObject> {
  const members = Object.entries(settings).map(async ([name, value]) => {
    if (!isSection(value)) return [name, value];
    return [name, isAwsSecret(value) ? { ...(await pin(value)) } : await pinnedIn(value, pin)];
  });
  return Object.fromEntries(await Promise.all(members));
}
