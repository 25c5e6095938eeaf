import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Before, Json, Release } from '../../../src/contract/index.ts';
import {
  ACTS,
  type Act,
  changesIn,
  differences,
  type Golden,
  type GoldenRequest,
  PREBUILT,
  readyToRoll,
} from '../../beds/vercel/golden/request.ts';
import { createRig, type Rig, route, start } from './rig.ts';

const FILE = join(import.meta.dirname, '../../beds/vercel/golden/requests.json');
const official = JSON.parse(readFileSync(FILE, 'utf8')) as Golden;

/** The name of the header that is documented; its length says how much is sent. */
const UPLOAD = ['headers.x-now-digest', 'headers.x-now-size', 'headers.x-vercel-digest'];

/** Where ours differ from those of Vercel's own command line. */
const DIFFERENT: Partial<Record<Act, readonly (readonly string[])[]>> = {
  // Its marks are in `meta`; what it says of itself and of the project's settings is left to Vercel.
  deploy: [
    ['build', 'env', 'meta', 'projectSettings', 'source', 'version'].map((name) => `body.${name}`),
    UPLOAD,
    UPLOAD,
  ],
  // The documented edition, with the words that Vercel shows as its reason.
  'roll back': [['path', 'query.description']],
  'abort a rolling release': [['path', 'query.description']],
  // That it is the next stage is said by its index alone; the other is in no document.
  'approve a stage': [['body.activeStageIndex']],
};

let rig: Rig;
let base: Release;
let before: Before;
beforeEach(async () => {
  rig = await createRig();
  base = await rig.serving('v1');
  before = await rig.before();
});
afterEach(() => rig.close());

const shares = (canary: Release, percent: number) =>
  route({ [base.id]: 100 - percent, [canary.id]: percent });

/** What is sent for something, in the words in which the official requests are recorded. */
async function sent(act: () => Promise<void>): Promise<readonly GoldenRequest[]> {
  const from = rig.bed.calls.length;
  await act();
  const { project } = rig.bed.platform;
  const [first = '', second = ''] = [...project.deployments.keys()];
  const roles = { [first]: 'BASE', ...(second && { [second]: 'CANARY' }), [project.id]: 'PROJECT' };
  return changesIn(rig.bed.calls.slice(from), roles);
}

async function ours(): Promise<Golden> {
  const canary = await rig.release('v2', PREBUILT, { prebuilt: true });
  const deploy = await sent(() => rig.make(start(canary), { before }));
  const promote = await sent(() => rig.make(route({ [canary.id]: 100 }), { before }));
  const back = { before, direction: 'back' } as const;
  const rollBack = await sent(() => rig.make(route({ [base.id]: 100 }), back));
  readyToRoll(rig.bed);
  return {
    deploy,
    promote,
    'roll back': rollBack,
    'start a rolling release': await sent(() => rig.make(shares(canary, 10), { before })),
    'approve a stage': await sent(() => rig.make(shares(canary, 50), { before })),
    'complete a rolling release': await sent(() =>
      rig.make(route({ [canary.id]: 100 }), { before }),
    ),
    'abort a rolling release': await aborted(canary),
  };
}

async function aborted(canary: Release): Promise<readonly GoldenRequest[]> {
  const back = { before, direction: 'back' } as const;
  await rig.make(route({ [base.id]: 100 }), back);
  readyToRoll(rig.bed);
  await rig.make(shares(canary, 10), { before });
  return sent(() => rig.make(route({ [base.id]: 100 }), back));
}

it("sends what Vercel's own command line sends, but for what is said to differ", async () => {
  const told = await ours();
  for (const act of ACTS) {
    const [own, recorded] = [told[act], official[act]];
    expect([act, own.length]).toEqual([act, recorded.length]);
    const found = own.map((one, at) => {
      const all = differences(one as unknown as Json, recorded[at] as unknown as Json);
      // Marks are many, and each client has its own.
      return [...new Set(all.map((path) => path.replace(/^body\.meta\..*/, 'body.meta')))];
    });
    expect([act, found]).toEqual([act, DIFFERENT[act] ?? own.map(() => [])]);
  }
});
