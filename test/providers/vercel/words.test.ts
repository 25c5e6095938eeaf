import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vercelProvider } from '../../../providers/vercel/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import type { Handlers } from '../../beds/vercel/api/answer.ts';
import { throttled } from '../../beds/vercel/platform/trouble.ts';
import { meansOf } from '../../helpers/calls.ts';
import { createRig, type Rig, start } from './rig.ts';

const PROJECT = 'GET /v9/projects/{idOrName}';
const DOMAINS = 'GET /v9/projects/{idOrName}/domains';

let rig: Rig;
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vercel-home-'));
});
afterEach(async () => {
  const told = rig.bed.violations();
  await rig.close();
  rmSync(home, { recursive: true, force: true });
  expect(told).toEqual([]);
});

const open = (more: JsonObject = {}, env: Readonly<Record<string, string>> = {}) => {
  const surroundings = { service: 'shop', environment: null, folder: home, env };
  const connection = vercelProvider.connection({ ...rig.settings, ...more }, surroundings);
  const means = { ...meansOf(env), readSecret: rig.readSecret };
  return vercelProvider.open(connection, means);
};
const withToken = (more: JsonObject = {}) =>
  open(more, { VERCEL_TOKEN: rig.bed.platform.settings.token });

describe('a project that cannot be found', () => {
  it('is told with what may have become of it, and what to type', async () => {
    rig = await createRig();
    await expect(withToken({ project: 'renamed' })).rejects.toMatchObject({
      message: 'Vercel has no project renamed in the team acme.',
      why: expect.stringMatching(/404, not_found.*another name by now, or belong to another team/),
      state: 'Nothing was touched.',
      next: expect.arrayContaining(['vercel project ls']),
    });
    await expect(withToken({ project: 'theirs', team: null })).rejects.toMatchObject({
      message: 'Vercel has no project theirs in the account of the token.',
      why: expect.stringContaining('which vercel.team has to name'),
    });
  });

  it('is told apart from a token that is not valid', async () => {
    rig = await createRig();
    Object.assign(rig.bed.platform.settings, { token: 'another' });
    await expect(withToken()).rejects.toMatchObject({
      message: 'The token has no access to the project shop in the team acme.',
      why: expect.stringContaining('403, forbidden'),
      next: expect.arrayContaining(['vercel whoami']),
    });
  });

  it('may be throttled, or away for a moment: it is asked for again, and not for ever', async () => {
    rig = await createRig();
    const asked = () => rig.bed.calls.filter(({ name }) => name === PROJECT).length;
    const trouble = { on: PROJECT, effect: false, answer: throttled(0) };
    rig.bed.platform.troubles.add({ ...trouble, times: 2 });
    await expect(withToken()).resolves.toBeDefined();
    const from = asked();
    rig.bed.platform.troubles.add({ ...trouble, times: 10 });
    await expect(withToken()).rejects.toMatchObject({ failure: 'throttled' });
    expect(asked() - from).toBe(3);
    rig.bed.platform.troubles.clear();
  });
});

describe('a login of Vercel’s own', () => {
  const login = (content: unknown) => {
    const path = join(home, 'com.vercel.cli/auth.json');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(content));
  };

  it('that is over is told so, before anything is sent', async () => {
    rig = await createRig();
    const { token } = rig.bed.platform.settings;
    const env = { XDG_DATA_HOME: home };
    const from = rig.bed.calls.length;
    login({ token, expiresAt: Math.floor(Date.now() / 1000) - 60, refreshToken: 'x' });
    await expect(open({}, env)).rejects.toMatchObject({
      message: 'The login of `vercel` has expired.',
      next: expect.arrayContaining(['vercel whoami']),
    });
    expect(rig.bed.calls.length).toBe(from);
    login({ token, expiresAt: Math.floor(Date.now() / 1000) + 600 });
    await expect(open({}, env)).resolves.toBeDefined();
  });
});

describe('a project whose deployments ask for a login', () => {
  const before = { live: null, split: null, units: 1, baseline: {} };

  it('says before the build that gates will not get past it, unless they have the secret', async () => {
    rig = await createRig();
    const v1 = await rig.release('v1');
    const notes = async (env = {}) => {
      const provider = await open({}, { VERCEL_TOKEN: rig.bed.platform.settings.token, ...env });
      return (await provider.review?.([start(v1)], before))?.notes.join() ?? '';
    };
    expect(await notes()).toBe('');
    rig.bed.platform.project.protection = 'sso';
    expect(await notes()).toMatch(/protected \(all_except_custom_domains\).*_BYPASS_SECRET/);
    expect(await notes({ VERCEL_AUTOMATION_BYPASS_SECRET: 's'.repeat(32) })).toBe('');
  });
});

describe('an answer', () => {
  it('that is an error with the status of success is told as one, and asked for again', async () => {
    const body = { error: { code: 'internal', message: 'Try later.' } };
    rig = await createRig();
    rig.bed.platform.troubles.add({ on: PROJECT, effect: false, answer: { status: 200, body } });
    await expect(rig.provider.observe()).rejects.toMatchObject({
      failure: 'transient',
      message: expect.stringContaining('the error Try later. (internal)'),
    });
  });

  it('of a proxy on the way says who failed, and no code that nobody gave', async () => {
    rig = await createRig();
    rig.bed.platform.troubles.add({ on: PROJECT, effect: false, answer: { status: 502 } });
    await expect(rig.provider.observe()).rejects.toMatchObject({
      failure: 'transient',
      message: expect.stringMatching(/^Vercel failed at GET .*: no reason is given \(502\), see/),
    });
  });
});

describe('domains', () => {
  const named = (name: string) => ({
    name,
    apexName: name,
    projectId: 'prj_000000000001',
    redirect: null,
    redirectStatusCode: null,
    gitBranch: null,
    customEnvironmentId: null,
    verified: true,
  });

  it('of later pages count, each once; a list without an end is none', async () => {
    let endless = false;
    const pages: Handlers = {
      [DOMAINS]: ({ query }) => {
        const isFirst = query.until === undefined;
        const names = isFirst ? ['a.example.com', 'b.example.com'] : ['b.example.com', 'c.de'];
        const next = isFirst || endless ? 7 : null;
        const pagination = { count: names.length, next, prev: null };
        return { status: 200, body: { domains: names.map(named), pagination } };
      },
    };
    rig = await createRig({ planted: pages });
    const last = () => rig.bed.calls.filter(({ name }) => name === DOMAINS).at(-1)?.query.until;
    expect((await rig.provider.observe()).endpoints.public).toBe('http://a.example.com');
    expect(last()).toBe('7');
    endless = true;
    await expect(rig.provider.observe()).rejects.toMatchObject({
      message: expect.stringContaining('does not end'),
    });
  });
});
