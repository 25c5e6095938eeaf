import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject, Verification } from '../../../src/contract/index.ts';
import type { Handlers } from '../../beds/vercel/api/answer.ts';
import { DEPLOYMENTS } from '../../beds/vercel/api/deployments.ts';
import { PROJECTS } from '../../beds/vercel/api/projects.ts';
import { ROLLING } from '../../beds/vercel/api/rolling.ts';
import { overlaid } from '../../beds/vercel/contract/overlay.ts';
import { asking } from '../../helpers/calls.ts';
import { createRig, type Rig, route, start } from './rig.ts';

const DEPLOYMENT = 'GET /v13/deployments/{idOrUrl}';
const PROJECT = 'GET /v9/projects/{idOrName}';
const BILLING = 'GET /v1/projects/{idOrName}/rolling-release/billing';
const PROMOTE = 'POST /v10/projects/{projectId}/promote/{deploymentId}';
const RELEASE = 'GET /v1/projects/{idOrName}/rolling-release';

const { operations } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../beds/vercel/contract/openapi.json'), 'utf8'),
) as { operations: Record<string, JsonObject> };
const documented = overlaid(operations);

/** Every word that the document allows below a property of this name. */
function wordsOf(on: string, property: string): readonly string[] {
  const words = new Set<string>();
  const visit = (at: Json, name: string): void => {
    if (typeof at !== 'object' || at === null) return;
    const { enum: allowed } = at as JsonObject;
    if (name === property && Array.isArray(allowed))
      for (const word of allowed) if (typeof word === 'string') words.add(word);
    const through = ['oneOf', 'anyOf', 'allOf', 'items'];
    for (const [key, one] of Object.entries(at))
      visit(one, Array.isArray(at) || through.includes(key) ? name : key);
  };
  const { '200': answer = null } = (documented[on]?.responses ?? {}) as JsonObject;
  visit(answer, '');
  return [...words].sort();
}

/** Answers of the bed with something else in them, once it is asked for. */
let changed: { on: string; with: (body: JsonObject) => JsonObject } | null = null;
const honest: Handlers = { ...DEPLOYMENTS, ...PROJECTS, ...ROLLING };
const planted: Handlers = Object.fromEntries(
  [DEPLOYMENT, PROJECT, BILLING, RELEASE].map((on) => [
    on,
    async (call) => {
      const answer = (await honest[on]?.(call)) ?? { status: 500 };
      if (changed?.on !== on || answer.status !== 200) return answer;
      return { ...answer, body: changed.with(answer.body as JsonObject) };
    },
  ]),
);

let rig: Rig;
afterEach(async () => {
  changed = null;
  const told = rig.bed.violations();
  await rig.close();
  expect(told).toEqual([]);
});

describe('every state that the document knows', () => {
  it('of a deployment is waited for, is an end that is told, or is the candidate', async () => {
    rig = await createRig({ planted });
    const v1 = await rig.release('v1');
    await rig.send(start(v1), { key: 'k' });
    const seen: Record<string, string> = {};
    for (const readyState of wordsOf(DEPLOYMENT, 'readyState')) {
      changed = { on: DEPLOYMENT, with: (body) => ({ ...body, readyState }) };
      // What was built is not looked at again before its time.
      const provider = await rig.again();
      const found = await provider.verify(start(v1), asking('k'));
      seen[readyState] = wordFor(found);
    }
    expect(seen).toEqual({
      BLOCKED: 'failed',
      BUILDING: 'building',
      CANCELED: 'failed',
      ERROR: 'failed',
      INITIALIZING: 'initializing',
      QUEUED: 'queued',
      READY: 'done',
    });
  });

  it('of the checks is waited for, refused, or let pass', async () => {
    rig = await createRig({ planted });
    const v1 = await rig.release('v1');
    await rig.send(start(v1), { key: 'k' });
    const seen: Record<string, string> = {};
    for (const checksState of wordsOf(DEPLOYMENT, 'checksState'))
      for (const checksConclusion of wordsOf(DEPLOYMENT, 'checksConclusion')) {
        changed = {
          on: DEPLOYMENT,
          with: (body) => ({
            ...body,
            checksState,
            ...(checksState === 'completed' ? { checksConclusion } : {}),
          }),
        };
        const found = await rig.provider.verify(start(v1), asking('k'));
        seen[`${checksState} ${checksState === 'completed' ? checksConclusion : ''}`.trim()] =
          wordFor(found);
      }
    expect(seen).toEqual({
      'completed canceled': 'failed',
      'completed failed': 'failed',
      'completed skipped': 'done',
      'completed succeeded': 'done',
      registered: 'checks at Vercel are registered',
      running: 'checks at Vercel are running',
    });
  });

  it('of a change of domains is waited for, asked for again, refused, or looked at', async () => {
    rig = await createRig({ planted });
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const [from = '', to = ''] = rig.bed.platform.project.deployments.keys();
    const look = async (jobStatus: string, toDeploymentId: string) => {
      const lastAliasRequest = {
        fromDeploymentId: from,
        toDeploymentId,
        jobStatus,
        requestedAt: 1,
        type: 'promote',
      };
      changed = { on: PROJECT, with: (body) => ({ ...body, lastAliasRequest }) };
      const change = route({ [v1.id]: 0, [v2.id]: 100 });
      return wordFor(await rig.provider.verify(change, asking('k', { before })));
    };
    // Only whoever has asked for a change goes by its failure.
    rig.bed.platform.troubles.add({ on: PROMOTE, effect: false, answer: { status: 201 } });
    await rig.send(route({ [v1.id]: 0, [v2.id]: 100 }), { before, key: 'k' });
    const states = wordsOf(PROJECT, 'jobStatus');
    expect(states).toEqual(['failed', 'in-progress', 'pending', 'skipped', 'succeeded']);
    const not = 'not asked for yet';
    expect(await Promise.all(states.map((state) => look(state, from)))).toEqual(
      states.map(() => not),
    );
    const told: string[] = [];
    for (const state of states) told.push(await look(state, to));
    expect(told).toEqual([
      'failed',
      'Vercel moves the domains (in-progress)',
      'Vercel moves the domains (pending)',
      not,
      not,
    ]);
  });

  it('of the plan of an account allows a canary, or refuses it in words', async () => {
    rig = await createRig({ planted });
    const v1 = await rig.release('v1');
    const before = { live: null, split: null, units: 1, baseline: {} };
    const seen: Record<string, boolean> = {};
    for (const reason of wordsOf(BILLING, 'reason')) {
      const availableSlots = { available_slots: 3, unlimited_slots: 'unlimited' }[reason] ?? 0;
      const enabledProjects = reason === 'unlimited_slots' ? {} : { enabledProjects: [] };
      const body = { availableSlots, reason, message: 'Because.', ...enabledProjects };
      changed = { on: BILLING, with: () => body };
      const { refusals = [] } = (await rig.provider.review?.([start(v1, [10, 100])], before)) ?? {};
      seen[reason] = refusals.length === 0;
    }
    expect(seen).toEqual({
      available_slots: true,
      no_available_slots: false,
      plan_not_supported: false,
      unlimited_slots: true,
    });
  });

  it('of a rolling release is under way, or over', async () => {
    rig = await createRig({ planted });
    const v1 = await rig.serving('v1');
    const { project } = rig.bed.platform;
    project.rollingConfig = { advancementType: 'manual-approval', stages: STAGES };
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2, [10, 100]), { before });
    await rig.make(route({ [v1.id]: 90, [v2.id]: 10 }), { before });
    const seen: Record<string, unknown> = {};
    for (const state of wordsOf(RELEASE, 'state')) {
      changed = {
        on: RELEASE,
        with: ({ rollingRelease }) => ({
          rollingRelease: { ...(rollingRelease as JsonObject), state },
        }),
      };
      seen[state] = (await rig.provider.observe()).split;
    }
    const over = { [v1.id]: 100 };
    expect(seen).toEqual({ ABORTED: over, ACTIVE: { [v1.id]: 90, [v2.id]: 10 }, COMPLETE: over });
  });
});

const STAGES = [{ targetPercentage: 10 }, { targetPercentage: 100 }];

function wordFor(seen: Verification): string {
  return seen.state === 'pending' ? seen.progress : seen.state;
}
