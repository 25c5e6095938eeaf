import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tokenFor } from '../../../providers/vercel/client/token.ts';
import { vercelProvider } from '../../../providers/vercel/index.ts';
import { treeOf } from '../../../providers/vercel/release/tree.ts';
import type { JsonObject, Release } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { create } from '../../beds/vercel/client.ts';
import { meansOf } from '../../helpers/calls.ts';
import { createRig, promote, type Rig, route, start } from './rig.ts';

let rig: Rig;
let folder: string;
beforeEach(async () => {
  rig = await createRig();
  folder = mkdtempSync(join(tmpdir(), 'vercel-release-'));
});
afterEach(async () => {
  const told = rig.bed.violations();
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
  expect(told).toEqual([]);
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const surroundings = () => ({
  service: 'shop',
  environment: null,
  folder,
  env: { VERCEL_TOKEN: rig.bed.platform.settings.token },
});

const describeAs = (
  version: string,
  more: JsonObject,
  artifact: string | null = null,
): Promise<Release> =>
  vercelProvider.release({
    version,
    settings: { ...rig.settings, ...more },
    surroundings: surroundings(),
    provider: rig.provider,
    readSecret: rig.readSecret,
    artifact,
  });

const sent = () => {
  const [newest] = [...rig.bed.platform.project.deployments.values()].reverse();
  return newest;
};

describe('a release of files', () => {
  it('is what Vercel would upload, the same on every machine', async () => {
    write({
      'index.html': 'v1',
      'node_modules/a/b.js': 'x',
      '.env.local': 'x',
      'notes.md': 'x',
      '.vercelignore': '*.md',
    });
    symlinkSync('index.html', join(folder, 'link.html'));
    const { files } = await treeOf(folder, { prebuilt: false });
    expect(files.map(({ file }) => file)).toEqual(['.vercelignore', 'index.html', 'link.html']);
    const one = await describeAs('v1', { folder: '.' });
    write({ 'other/index.html': 'v1', 'other/.vercelignore': '*.md' });
    symlinkSync('index.html', join(folder, 'other/link.html'));
    const other = await describeAs('v1', { folder: 'other' });
    expect([other.id, other.artifact]).toEqual([one.id, one.artifact]);
    write({ 'index.html': 'changed' });
    expect((await describeAs('v1', { folder: '.' })).id).not.toBe(one.id);
    await expect(describeAs('v1', { folder: '.' }, one.artifact)).rejects.toMatchObject({
      code: 'plan-refused',
    });
  });

  it('is not what its own config says, unless that is asked for', async () => {
    write({
      'index.html': 'v1',
      'deploy.config.yaml': 'service: shop',
      'a/deploy.config.yaml': '',
    });
    const names = async () =>
      (await treeOf(folder, { prebuilt: false })).files.map(({ file }) => file);
    expect(await names()).toEqual(['a/deploy.config.yaml', 'index.html']);
    write({ '.vercelignore': '!deploy.config.yaml' });
    expect(await names()).toContain('deploy.config.yaml');
  });

  it('uploads each content once, and only what is missing', async () => {
    write({ 'a.txt': 'same', 'b.txt': 'same', 'c.txt': 'other' });
    await rig.make(start(await describeAs('v1', { folder: '.' })));
    const uploads = () => rig.bed.calls.filter(({ name }) => name === 'POST /v2/files').length;
    expect(uploads()).toBe(2);
    write({ 'd.txt': 'new' });
    await rig.make(start(await describeAs('v2', { folder: '.' })));
    expect(uploads()).toBe(3);
    expect(sent()?.files.size).toBe(4);
  });

  it('is not built of other files than it was described from', async () => {
    write({ 'a.txt': 'one' });
    const release = await describeAs('v1', { folder: '.' });
    write({ 'a.txt': 'two' });
    await expect(rig.send(start(release))).rejects.toMatchObject({
      failure: 'permanent',
      message: expect.stringContaining('have changed'),
    });
  });

  it('uploads only what was built elsewhere when it is told so', async () => {
    write({
      'src/a.ts': 'x',
      '.vercel/output/config.json': '{}',
      '.vercel/output/static/index.html': 'v1',
    });
    await rig.make(start(await describeAs('v1', { folder: '.', prebuilt: true })));
    expect([...(sent()?.files.keys() ?? [])]).toEqual([
      '.vercel/output/config.json',
      '.vercel/output/static/index.html',
    ]);
    const created = rig.bed.calls.filter(({ name }) => name === 'POST /v13/deployments');
    expect(created.every(({ query }) => query.prebuilt === '1')).toBe(true);
  });
});

describe('what was built elsewhere', () => {
  it('brings what its functions name of the folder, but nothing ignored or from outside', async () => {
    const config = { filePathMap: { a: 'lib/a.js', b: 'secret.txt', c: '../outside.txt' } };
    write({
      '.vercelignore': 'secret.txt',
      'secret.txt': 'x',
      'lib/a.js': 'x',
      'lib/b.js': 'x',
      '.vercel/routes.json': '[]',
      '.vercel/output/config.json': '{}',
      '.vercel/output/functions/a.func/.vc-config.json': JSON.stringify(config),
    });
    const { files } = await treeOf(folder, { prebuilt: true });
    expect(files.map(({ file }) => file)).toEqual([
      '.vercel/output/config.json',
      '.vercel/output/functions/a.func/.vc-config.json',
      '.vercel/routes.json',
      'lib/a.js',
    ]);
  });

  it('is refused where two files say what is ignored', async () => {
    write({ 'a.txt': 'x', '.vercelignore': 'a', '.nowignore': 'b' });
    await expect(describeAs('v1', { folder: '.' })).rejects.toMatchObject({
      why: expect.stringContaining('both .vercelignore and .nowignore'),
    });
  });
});

describe('many files', () => {
  const manyFiles = async (length: number) => {
    write(Object.fromEntries(Array.from({ length }, (_, at) => [`f${at}.txt`, `${at}`])));
    return describeAs('v1', { folder: '.' });
  };
  const arrived = (upload: () => Promise<void>) =>
    Object.assign(rig.bed.platform.settings, {
      arrived: async (name: string | null) => {
        if (name === 'POST /v2/files') await upload();
      },
    });

  it('are uploaded fifty at a time', async () => {
    let there = 0;
    let most = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    arrived(async () => {
      most = Math.max(most, ++there);
      // None of the first fifty is answered before all of them are there.
      if (there === 50) resolve();
      await promise;
      there--;
    });
    await rig.make(start(await manyFiles(120)));
    expect(most).toBe(50);
    expect(sent()?.files.size).toBe(120);
  });

  it('are uploaded in slices that a call may take, each content once', async () => {
    const release = await manyFiles(120);
    let ahead = 0;
    const real = systemClock.monotonic;
    const clock = vi.spyOn(systemClock, 'monotonic').mockImplementation(() => real() + ahead);
    arrived(async () => {
      ahead += 200;
    });
    await rig.send(start(release), { key: 'k' });
    const seen = await rig.settled(start(release), { key: 'k' });
    expect(seen).toMatchObject({ state: 'pending', again: true });
    expect('progress' in seen && seen.progress).toMatch(/^\d\d of 120 files are uploaded$/);
    await rig.make(start(release), { key: 'k' });
    clock.mockRestore();
    const uploads = rig.bed.calls.filter(({ name }) => name === 'POST /v2/files');
    expect([uploads.length, sent()?.files.size]).toEqual([120, 120]);
    // The question names every file: it is asked at the beginning and at the end.
    const questions = rig.bed.calls.filter(({ name }) => name === 'POST /v13/deployments');
    expect(questions.length).toBe(2);
  });
});

describe('a release that is there already', () => {
  it('is promoted as it is', async () => {
    const id = await create(rig.bed, 'v5');
    const release = await describeAs('v5', { deployment: id });
    const before = await rig.before();
    await rig.make(start(release), { before });
    await rig.make(route({ [release.id]: 100 }), { before });
    await rig.make(promote(release), { before });
    expect(await rig.visit()).toBe('v5');
    expect((await rig.provider.observe()).live).toBe(release.id);
    expect(rig.bed.platform.project.deployments.size).toBe(1);
  });

  it('is refused when it was built for previews, or is not there', async () => {
    const preview = await create(rig.bed, 'v5', { target: 'staging' });
    await expect(describeAs('v5', { deployment: preview })).rejects.toMatchObject({
      why: expect.stringContaining('for previews'),
    });
    await expect(describeAs('v5', { deployment: 'dpl_nothing' })).rejects.toMatchObject({
      why: expect.stringContaining('no deployment'),
    });
  });
});

describe('a release of a commit', () => {
  const common = { gitCredentialId: 'cred_1', productionBranch: 'main', deployHooks: [] };
  const gitlab = {
    projectName: 'shop',
    projectNameWithNamespace: 'acme / shop',
    projectNamespace: 'acme',
    projectUrl: 'https://gitlab.com/acme/shop',
  };
  it.each([
    ['github', { org: 'acme', repo: 'shop', repoId: 7 }, { repoId: '7' }],
    ['gitlab', { projectId: '8', ...gitlab }, { projectId: '8' }],
    [
      'bitbucket',
      { name: 'shop', slug: 'shop', owner: 'acme', uuid: '{u}', workspaceUuid: '{w}' },
      { repoUuid: '{u}', workspaceUuid: '{w}' },
    ],
  ])('is built by Vercel from %s, and uploads nothing', async (type, link, repository) => {
    rig.bed.platform.project.link = { type, ...common, ...link };
    const git = { ref: 'main', sha: 'a'.repeat(40) };
    const release = await describeAs('v1', { git });
    expect(release.artifact).toBe(`git:${git.sha}`);
    await rig.make(start(release));
    expect(sent()?.sent.gitSource).toEqual({ type, ...repository, ...git });
    expect(rig.bed.calls.some(({ name }) => name === 'POST /v2/files')).toBe(false);
  });

  it('is refused where the project has no repository', async () => {
    const git = { ref: 'main', sha: '0'.repeat(40) };
    await expect(describeAs('v1', { git })).rejects.toMatchObject({
      message: expect.stringContaining('not connected to a git repository'),
    });
  });
});

describe('the way in', () => {
  it('takes the token of the environment, else of a login, and says where it looked', async () => {
    const from = (env: Record<string, string>) =>
      tokenFor({ token: null, folder }, { env, readSecret: rig.readSecret });
    expect((await from({ VERCEL_TOKEN: 'x' })).reveal()).toBe(rig.bed.platform.settings.token);
    write({ 'data/com.vercel.cli/auth.json': '{"token":"of-a-login"}' });
    expect((await from({ XDG_DATA_HOME: join(folder, 'data') })).reveal()).toBe('of-a-login');
    await expect(from({ HOME: folder })).rejects.toMatchObject({
      why: expect.stringContaining('VERCEL_TOKEN'),
    });
  });

  it('finds the project that the folder is linked to', () => {
    write({ '.vercel/project.json': '{"projectId":"prj_9","orgId":"team_9"}' });
    const settings = { ...rig.settings, project: null, team: null };
    expect(vercelProvider.connection(settings, surroundings())).toMatchObject({
      project: 'prj_9',
      team: 'team_9',
    });
    rmSync(join(folder, '.vercel'), { recursive: true });
    expect(() => vercelProvider.connection(settings, surroundings())).toThrow(
      /does not name a Vercel project/,
    );
  });

  it('is recorded by ids, whatever the project and its team are called', async () => {
    const { settings, project } = rig.bed.platform;
    for (const named of [{}, { team: null }]) {
      const connection = vercelProvider.connection({ ...rig.settings, ...named }, surroundings());
      const provider = await vercelProvider.open(connection, {
        ...meansOf(surroundings().env),
        readSecret: rig.readSecret,
      });
      expect(provider.connection).toEqual({
        ...connection,
        team: settings.team.id,
        project: project.id,
      });
    }
  });

  it('sends the secret that opens protected deployments to them, and to no domain', async () => {
    const secret = 's'.repeat(32);
    rig.bed.platform.project.protection = 'sso';
    rig.bed.platform.project.bypass.set(secret, { createdAt: 1 });
    const v1 = await rig.serving('v1');
    const bypass = { fromEnv: 'OPENER' };
    const connection = vercelProvider.connection({ ...rig.settings, bypass }, surroundings());
    const provider = await vercelProvider.open(connection, {
      ...meansOf(),
      env: surroundings().env,
      readSecret: rig.readSecret,
    });
    const { signal } = new AbortController();
    const alone = await provider.access?.reach(v1.id, signal);
    expect(alone?.headers).toEqual({ 'x-vercel-protection-bypass': bypass });
    const service = await provider.access?.reach(null, signal);
    expect(service?.headers).toEqual({});
    expect(JSON.stringify(connection)).not.toContain(secret);
    const shut = await fetch(alone?.url ?? '', { redirect: 'manual' });
    expect(shut.status).toBe(302);
    const open = await fetch(alone?.url ?? '', {
      headers: { 'x-vercel-protection-bypass': secret },
    });
    expect(await open.text()).toBe('v1');
  });

  it('asks for no more than it needs: few calls for each look, and few for a way back', async () => {
    const v1 = await rig.serving('v1');
    await rig.serving('v2');
    const before = await rig.before();
    const provider = await rig.again();
    const from = rig.bed.calls.length;
    await provider.observe();
    expect(rig.bed.calls.length - from).toBeLessThanOrEqual(7);
    const calls = rig.bed.calls.length;
    await rig.send(route({ [v1.id]: 100 }), { before, direction: 'back' }, provider);
    const names = rig.bed.calls.slice(calls).map(({ name }) => name?.split(' ')[0]);
    expect(names.filter((method) => method === 'POST')).toHaveLength(1);
    expect(names.length).toBeLessThanOrEqual(6);
  });
});
