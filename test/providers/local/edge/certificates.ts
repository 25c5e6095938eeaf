import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node reads certificates and makes none. */
export const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that nobody has signed, made for this run, over whatever lies at these paths. */
export function certify({ cert, key }: Pair, name = 'localhost'): Pair {
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const words = ['req', ...options, '-days', '2', '-subj', `/CN=${name}`];
  execFileSync('openssl', [...words, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  chmodSync(key, 0o600);
  return { cert, key };
}

export function newPair(name = 'localhost'): Pair & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'deployctl-tls-'));
  const pair = certify({ cert: join(folder, 'server.crt'), key: join(folder, 'server.key') }, name);
  return { ...pair, folder };
}
