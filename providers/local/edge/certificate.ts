import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { descend } from '../../../src/lib/safe-files/descent.ts';
import { isShared } from '../../../src/lib/safe-files/owners.ts';
import type { Front } from '../edge-settings.ts';

type Files = NonNullable<Front['tls']>;

/** What a server proves itself with. Never written anywhere. */
export interface CertificateCredentials {
  readonly cert: Buffer;
  readonly key: Buffer;
}

const CERTIFICATE_LARGEST = 1_000_000;

/** Both files, read and tried; throws in words about the one that cannot be used. */
export function readCredentials({ cert, key }: Files): CertificateCredentials {
  const found = { cert: readTrusted(cert, 0o000), key: readTrusted(key, 0o007) };
  const leaf = attemptCertificate(
    `${cert} is not a certificate`,
    () => new X509Certificate(found.cert),
  );
  const secret = attemptCertificate(`${key} is not a private key without a password`, () =>
    createPrivateKey(found.key),
  );
  if (!leaf.checkPrivateKey(secret)) throw new Error(`${key} is not the key of ${cert}`);
  attemptCertificate(`${cert} cannot be used`, () => createSecureContext(found));
  return found;
}

/** A file that nobody but this user and root could have put there; `hidden` are the bits it must not have. */
function readTrusted(path: string, hidden: number): Buffer {
  const held = attemptCertificate(`${path} cannot be read`, () => descend(path));
  try {
    const { entry } = held;
    if (!entry.isFile()) throw new Error(`${path} is not a file`);
    if (isShared(entry)) throw new Error(`${path} can be written by other users`);
    if ((entry.mode & hidden) !== 0)
      throw new Error(`${path} can be read by other users: chmod 600 ${path}`);
    if (entry.size > CERTIFICATE_LARGEST)
      throw new Error(`${path} is too large for what it should be`);
    // Nobody but this user and root can change where the way leads that was just looked at.
    return attemptCertificate(`${path} cannot be read`, () => readFileSync(held.path));
  } finally {
    held.close();
  }
}

function attemptCertificate<T>(words: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${words} (${code?.startsWith('ERR_') ? message : (code ?? message)})`);
  }
}

const CERTIFICATE_LOOK_INTERVAL_MS = 1000;

/** Keeps credentials as new as their files. */
export class Certificate {
  readonly files: Files;
  #use: (credentials: CertificateCredentials) => void;
  #trouble: (words: string | null) => void;
  #seen = '';
  #used = '';
  #timer: NodeJS.Timeout;

  constructor(
    files: Files,
    on: {
      use: (credentials: CertificateCredentials) => void;
      trouble: (words: string | null) => void;
    },
  ) {
    this.files = files;
    this.#use = on.use;
    this.#trouble = on.trouble;
    this.#timer = setInterval(() => this.look(), CERTIFICATE_LOOK_INTERVAL_MS);
    this.#timer.unref();
    this.look();
  }

  /** New files that cannot be used leave the old ones in use: one of the two may not be there yet. */
  look(): void {
    const state = `${stateOf(this.files.cert)} ${stateOf(this.files.key)}`;
    if (state === this.#seen) return;
    this.#seen = state;
    try {
      const found = readCredentials(this.files);
      const digest = createHash('sha256').update(found.cert).update(found.key).digest('hex');
      if (digest !== this.#used) this.#use(found);
      this.#used = digest;
      this.#trouble(null);
    } catch (error) {
      const still =
        this.#used === '' ? 'no HTTPS is served' : 'the certificate before it stays in use';
      this.#trouble(`TLS: ${(error as Error).message}: ${still}`);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function stateOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
