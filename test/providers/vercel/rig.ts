import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { vercelProvider } from '../../../providers/vercel/index.ts';
import { settings as checked } from '../../../providers/vercel/settings.ts';
import type {
  Before,
  JsonObject,
  Operation,
  OperationContext,
  Provider,
  ReadSecret,
  Release,
  SecretReference,
  Split,
  Verification,
} from '../../../src/contract/index.ts';
import { Secret } from '../../../src/contract/index.ts';
import { type Bed, type Options, startBed } from '../../beds/vercel/bed.ts';
import { create } from '../../beds/vercel/client.ts';
import { asking, meansOf, sending } from '../../helpers/calls.ts';

/** A project at the bed, and a provider that was opened on it. */
export interface Rig {
  readonly bed: Bed;
  readonly provider: Provider;
  readonly settings: JsonObject;
  readonly readSecret: ReadSecret;
  /** Another one: another terminal, another machine. */
  again(): Promise<Provider>;
  /** Of a folder with these files and a page that says its version. */
  release(
    version: string,
    files?: Readonly<Record<string, string>>,
    more?: JsonObject,
  ): Promise<Release>;
  send(
    operation: Operation,
    context?: Partial<OperationContext>,
    provider?: Provider,
  ): Promise<void>;
  settled(
    operation: Operation,
    context?: Partial<OperationContext>,
    provider?: Provider,
  ): Promise<Verification>;
  /** Sent until it is done. */
  make(operation: Operation, context?: Partial<OperationContext>): Promise<void>;
  /** The context of a deployment that begins now. */
  before(): Promise<Before>;
  serving(version: string): Promise<Release>;
  /** Made and promoted by other hands. */
  adopted(version: string): Promise<Release>;
  visit(path?: string): Promise<string>;
  close(): Promise<void>;
}

export const start = (release: Release, weights: readonly number[] = [100]): Operation => ({
  kind: 'start',
  release,
  capacity: 100,
  weights,
});
export const route = (split: Split): Operation => ({ kind: 'route', split, match: null });
export const promote = (release: Release): Operation => ({ kind: 'promote', release: release.id });

export async function createRig(options: Options = {}, target?: string): Promise<Rig> {
  const bed = await startBed(options);
  const root = mkdtempSync(join(tmpdir(), 'vercel-'));
  const { token, team } = bed.platform.settings;
  const env = { VERCEL_TOKEN: token };
  const names = bed.platform.project.domains.filter(({ alias }) => alias);
  const written = {
    ...(target ? { target, aliases: names.map(({ name }) => name) } : {}),
    api: bed.url,
    project: 'shop',
    team: team.slug,
    propagation: 0,
    readLag: `${options.settings?.listLag ?? 0}ms`,
    poll: '1ms',
  };
  const settings = checked.parse(written) as unknown as JsonObject;
  const surroundings = { service: 'shop', environment: null, folder: root, env };
  const means = { ...meansOf(env), readSecret: secretFrom(env) };
  const again = () => vercelProvider.open(vercelProvider.connection(settings, surroundings), means);
  const provider = await again();
  let keys = 0;
  /** Of the start that was sent last: the engine tells them with every operation. */
  let weights: readonly number[] = [];

  const rig: Rig = {
    bed,
    provider,
    settings,
    readSecret: means.readSecret,
    again,
    release: async (version, files = {}, more = {}) => {
      const folder = join(root, version);
      for (const [name, content] of Object.entries({ 'index.html': version, ...files })) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      }
      return vercelProvider.release({
        version,
        settings: { ...settings, folder: version, ...more },
        surroundings,
        provider,
        readSecret: means.readSecret,
        artifact: null,
      });
    },
    send: (operation, context = {}, by = provider) => {
      if (operation.kind === 'start') weights = operation.weights;
      return by.apply(operation, { ...sending(`suite/${keys++}`), weights, ...context });
    },
    settled: async (operation, context = {}, by = provider) => {
      for (let look = 0; look < 200; look++) {
        const seen = await by.verify(operation, { ...asking('suite/0'), weights, ...context });
        if (seen.state !== 'pending' || seen.again) return seen;
        await pause(10);
      }
      throw new Error(`${operation.kind} does not settle`);
    },
    make: async (operation, context = {}) => {
      const key = context.key ?? `suite/${keys++}`;
      for (let turn = 0; turn < 20; turn++) {
        await rig.send(operation, { ...context, key });
        const seen = await rig.settled(operation, { ...context, key });
        if (seen.state === 'pending') continue;
        expect(seen).toMatchObject({ state: 'done' });
        return;
      }
      throw new Error(`${operation.kind} is never done`);
    },
    before: async () => {
      const { live, releases, split, baseline } = await provider.observe();
      return {
        live: releases.find(({ id }) => id === live)?.release ?? null,
        split,
        units: 1,
        baseline,
      };
    },
    serving: async (version) => {
      const before = await rig.before();
      const release = await rig.release(version);
      await rig.make(start(release), { before });
      await rig.make(route({ [release.id]: 100 }), { before });
      await rig.make(promote(release), { before });
      return release;
    },
    adopted: async (version) => {
      const id = await create(bed, version);
      bed.platform.point(id, 'push');
      const { releases, live } = await provider.observe();
      const found = releases.find((one) => one.id === live)?.release;
      if (!found) throw new Error('nothing is live');
      return found;
    },
    visit: async (path = '/') => {
      const { domains } = bed.platform.project;
      const domain = target ? names[0] : domains[0];
      return (await fetch(`http://${domain?.name}${path}`, { redirect: 'manual' })).text();
    },
    close: async () => {
      await provider.close();
      await bed.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return rig;
}

function secretFrom(env: Readonly<Record<string, string>>) {
  return async (reference: SecretReference) =>
    new Secret('fromEnv' in reference ? (env[reference.fromEnv] ?? '') : '');
}
