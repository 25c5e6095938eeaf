import type { Template } from './names.ts';

export const provider: Template = ({ name, value, type }) => ({
  files: {
    [`providers/${name}/index.ts`]: `import type { ProviderKind } from '../../src/contract/index.ts';
import { releaseId } from '../../src/lib/release-id.ts';
import { ${type}Provider } from './provider.ts';

export const ${value}Provider: ProviderKind = {
  name: '${name}',
  settings: async () => (await import('./settings.ts')).settings,
  connection: ({ place = '' }, { service }) => ({ place, service }),
  open: async ({ place, service }) => new ${type}Provider(String(place), String(service)),
  release: async ({ version, settings }) => ({
    id: releaseId(version, settings),
    version,
    artifact: version,
    spec: settings,
  }),
};
`,
    [`providers/${name}/settings.ts`]: `import { z } from 'zod';
import { text } from '../../src/settings/scalars.ts';

export const settings = z
  .strictObject({
    place: text().describe('Which of them: an account, a cluster, a project.'),
  })
  .describe('Where ${name} runs the service.');

export type ${type}Settings = z.output<typeof settings>;
`,
    [`providers/${name}/provider.ts`]: `import {
  type ApplyContext,
  type Identity,
  type Observation,
  type Operation,
  type Provider,
  ProviderError,
  type Verification,
} from '../../src/contract/index.ts';

export class ${type}Provider implements Provider {
  readonly identity: Identity;

  constructor(place: string, service: string) {
    this.identity = {
      provider: '${name}',
      label: \`${name} \${place}, service \${service}\`,
      // Never what people may rename: an id that the platform gave.
      place: { place, service },
      pins: { place },
    };
  }

  async observe(): Promise<Observation> {
    return {
      releases: [],
      live: null,
      split: null,
      match: null,
      full: null,
      labels: {},
      baseline: {},
      endpoints: { public: null, counts: null, metrics: null },
      capabilities: {
        cannot: {},
        weights: { step: 1 },
        match: { header: false, cookie: false },
        weightsDown: true,
        idle: 'warm',
        places: null,
        coupled: false,
        startsWithTraffic: false,
        timing: { propagation: 0, readLag: 0, poll: 1000, takes: {} },
      },
      owner: null,
      notes: [],
    };
  }

  async apply({ kind }: Operation, _context: ApplyContext): Promise<void> {
    throw new ProviderError('permanent', \`${name} cannot \${kind} yet\`);
  }

  async verify({ kind }: Operation): Promise<Verification> {
    return { state: 'failed', reason: \`${name} cannot \${kind} yet\` };
  }

  async close(): Promise<void> {}
}
`,
    [`providers/${name}/example.yaml`]: `service: shop
strategy: blue-green
provider:
  ${name}:
    place: eu
`,
    [`test/providers/${name}/contract.test.ts`]: `import { ${type}Provider } from '../../../providers/${name}/provider.ts';
import { providerSuite } from '../../contract/provider-suite.ts';

/** An empty place of its own for each case. */
providerSuite('${name}', async () => {
  const open = () => new ${type}Provider('test', 'shop');
  return {
    provider: open(),
    again: async () => open(),
    release: async (version) => ({ id: version, version, artifact: version, spec: {} }),
    broken: async () => null,
    fenced: false,
    close: async () => {},
  };
});
`,
  },
  catalogue: {
    file: 'src/compose/providers.ts',
    line: `  ${/-/.test(name) ? `'${name}'` : name}: async () => (await import('../../providers/${name}/index.ts')).${value}Provider,`,
  },
  after: [
    `  npx vitest run test/providers/${name} -t 'says what it points at'    passes as it is`,
    `  providers/${name}/settings.ts: what a config says to it, each key described`,
    `  providers/${name}/provider.ts: observe, then one operation after the other, until the whole suite passes`,
    `  npm run format && npm run schema && npm run reference    then: docs/adding-a-provider.md`,
  ],
});
