import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handlers } from './api/answer.ts';
import { Api, type Seen } from './api/server.ts';
import { Document } from './contract/document.ts';
import { Platform, type Settings } from './platform/platform.ts';
import type { Domain, Project } from './platform/project.ts';
import { Sites } from './platform/sites.ts';

export interface Options {
  readonly settings?: Partial<Settings>;
  /** How many domains production has. */
  readonly domains?: number;
  /** How many names outside production there are. */
  readonly aliases?: number;
  /** Answers of our own instead, for planting violations. */
  readonly planted?: Handlers;
}

let shared: Document | null = null;

export interface Bed {
  readonly url: string;
  readonly platform: Platform;
  readonly sites: Sites;
  readonly calls: Seen[];
  /** Every breach of the document so far, by whoever. */
  violations(): readonly string[];
  close(): Promise<void>;
}

const PROJECT = 'prj_000000000001';

export async function startBed({
  settings = {},
  domains = 2,
  aliases = 0,
  planted = {},
}: Options = {}): Promise<Bed> {
  shared ??= new Document();
  const sites = new Sites();
  const held: { platform?: Platform } = {};
  const names: Domain[] = [];
  for (let at = 0; at < domains + aliases; at++) {
    const name = await sites.domain(() => held.platform as Platform);
    const alias = at < domains ? {} : { alias: true as const };
    names.push({ name, deployment: null, delay: 0, fails: false, redirect: null, ...alias });
  }
  const platform = new Platform({ ...SETTINGS, ...settings }, emptyProject(names));
  held.platform = platform;
  const api = new Api({ platform, sites, document: shared, planted });
  const server = createServer((request, response) => api.answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    platform,
    sites,
    calls: api.calls,
    violations: () =>
      api.calls.flatMap(({ name, violation }) => (violation ? [`${name}: ${violation}`] : [])),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await sites.close();
    },
  };
}

const SETTINGS: Settings = {
  now: () => Date.now(),
  team: { id: 'team_000000000001', slug: 'acme' },
  plan: 'pro',
  token: 'bedtoken0123456789',
  build: 0,
  move: 0,
  listLag: 0,
  requestLag: 0,
  arrived: async () => {},
};

function emptyProject(domains: Domain[]): Project {
  return {
    id: PROJECT,
    name: 'shop',
    away: false,
    domains,
    deployments: new Map(),
    environments: [{ id: 'env_000000000001', slug: 'qa' }],
    production: null,
    autoAssign: true,
    jobs: [],
    rolling: null,
    rollingConfig: null,
    bypass: new Map(),
    link: null,
    protection: null,
  };
}
