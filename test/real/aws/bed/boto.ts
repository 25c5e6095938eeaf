import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Bed, REGION } from './bed.ts';
import { motoProgram } from './moto.ts';

const PROGRAM = join(import.meta.dirname, 'boto.py');

export type BotoCall = readonly [service: string, method: string, given: object];

/** What another program does to the account, by AWS's own client for Python: through the front, as everybody. */
export const byBoto = (bed: Bed, ...calls: readonly BotoCall[]) => boto(bed.url, calls);

/** What the API server really holds, read behind the front's back. */
export const heldBy = (bed: Bed, ...calls: readonly BotoCall[]) => boto(bed.motoUrl, calls);

async function boto(endpoint: string, calls: readonly BotoCall[]): Promise<unknown[]> {
  const child = spawn(motoProgram('python3'), [PROGRAM], { stdio: 'pipe' });
  child.stdin.end(JSON.stringify({ endpoint, region: REGION, calls }));
  const ended = once(child, 'close');
  const [said, trouble] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  if (code !== 0) throw new Error(trouble);
  return JSON.parse(said) as unknown[];
}
