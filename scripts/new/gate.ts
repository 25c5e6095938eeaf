import type { Template } from './names.ts';

export const gate: Template = ({ name, value, type }) => ({
  files: {
    [`gates/${name}/index.ts`]: `import type { GateSourceKind } from '../../src/contract/index.ts';
import type { ${type}Settings } from './settings.ts';

export const ${value}Source: GateSourceKind<${type}Settings> = {
  name: '${name}',
  settings: async () => (await import('./settings.ts')).settings,
  metric: () => ({ words: 'a number of things', unit: 'count' }),
  open: async (means) => (await import('./source.ts')).create${type}Source(means),
};
`,
    [`gates/${name}/settings.ts`]: `import { z } from 'zod';
import { url } from '../../src/settings/http.ts';

export const settings = z
  .strictObject({
    url: url().describe('Where the number is asked for.'),
  })
  .describe('A number that an address answers with.');

export type ${type}Settings = z.output<typeof settings>;
`,
    [`gates/${name}/source.ts`]: `import type { GateSource } from '../../src/contract/index.ts';
import { exchange, type Sender } from '../kit/exchange.ts';
import { found, unread } from '../kit/reading.ts';
import { troubleOf } from '../kit/trouble.ts';
import type { ${type}Settings } from './settings.ts';

/** How many things are there? */
export function create${type}Source(sender: Sender): GateSource<${type}Settings> {
  return {
    async measure({ settings, signal }) {
      try {
        const question = { url: new URL(settings.url), method: 'GET', headers: {}, body: null };
        const { status, body } = await exchange(sender, question, signal);
        const number = /^-?\\d+(\\.\\d+)?$/.test(body.trim()) ? Number(body) : null;
        if (status !== 200 || number === null)
          return unread('sourceError', \`no number in the answer (\${status})\`, 'count');
        return found('count', { candidate: { value: number, samples: 1 } }, \`\${number} things\`);
      } catch (error) {
        return troubleOf(error, signal, 'count');
      }
    },
  };
}
`,
    [`gates/${name}/example.yaml`]: `service: shop
strategy: canary
provider: { local: { command: node server.js, edge: { port: 8080 } } }
gates:
  few: { ${name}: { url: http://127.0.0.1:9000/waiting }, max: 100 }
canary: { watch: [few] }
`,
    [`test/gates/${name}/contract.test.ts`]: `import { ${value}Source } from '../../../gates/${name}/index.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { asking, means, nowhere, serving } from '../kit/rig.ts';

gateSuite('${name}', async () => {
  const served = await serving((request, response) => {
    if (!request.url?.startsWith('/silent')) response.end('7');
  });
  const of = (url: string) => asking({ url });
  return {
    source: await ${value}Source.open(means),
    answered: of(\`\${served.address}/\`),
    down: of(await nowhere()),
    silent: of(\`\${served.address}/silent\`),
    close: served.close,
  };
});
`,
  },
  catalogue: {
    file: 'src/compose/gates.ts',
    line: `  ${/-/.test(name) ? `'${name}'` : name}: async () => (await import('../../gates/${name}/index.ts')).${value}Source,`,
  },
  after: [
    `  npx vitest run test/gates/${name}    passes as it is`,
    `  gates/${name}/settings.ts: what a config says to it, each key described`,
    `  gates/${name}/index.ts: metric: its unit, and whether it is about a window`,
    `  gates/${name}/source.ts: the question`,
    `  npm run format && npm run schema && npm run reference    then: docs/adding-a-gate-source.md`,
  ],
});
