import type { Template } from './names.ts';

export const strategy: Template = ({ name, value, type }) => ({
  files: {
    [`strategies/${name}/index.ts`]: `import type { Strategy } from '../../src/contract/index.ts';
import { ${value}, type ${type}Settings } from './plan.ts';

export const ${value}Strategy: Strategy<${type}Settings> = {
  ...${value},
  settings: async () => (await import('./settings.ts')).settings,
};
`,
    [`strategies/${name}/settings.ts`]: `import { z } from 'zod';
import { duration } from '../../src/settings/scalars.ts';

/** Only its own: those of every strategy are added. */
export const settings = z
  .strictObject({
    duration: duration().prefault('5m').describe('How long half of the traffic is watched.'),
  })
  .describe('Half of the traffic for a while, then all of it.');
`,
    [`strategies/${name}/plan.ts`]: `import type { CommonSettings, Strategy } from '../../src/contract/index.ts';
import { course } from '../parts/course.ts';
import { refuseUnlessPossible, refuseUnroutable } from '../parts/refusals.ts';
import { isLive, sceneOf } from '../parts/scene.ts';
import { bake, check, hold, promote, retireOld, route, start } from '../parts/steps.ts';
import { planWhole } from '../parts/whole.ts';

export interface ${type}Settings extends CommonSettings {
  readonly duration: number;
}

export const ${value}: Strategy<${type}Settings> = {
  name: '${name}',
  plan(input) {
    if (isLive(input)) return [];
    const scene = sceneOf(input);
    const { settings, capabilities } = scene;
    refuseUnlessPossible('${name}', capabilities, ['start', 'route']);
    if (scene.stable === null) return planWhole(scene, input.observation);
    refuseUnroutable([50], capabilities);
    const watch = settings.gates;
    const drafts = [
      start(scene, 100, [50, 100]),
      ...check(scene),
      route(scene, 50, { title: '50 %' }),
      hold(scene, { title: 'watch 50 %', duration: settings.duration, watch, weight: 50 }),
      route(scene, 100, { title: '100 %' }),
      promote(scene),
      ...bake(scene),
      ...retireOld(scene),
    ];
    return course(drafts, settings);
  },
};
`,
    [`strategies/${name}/example.yaml`]: `service: shop
strategy: ${name}
provider: { local: { command: node server.js, edge: { port: 8080 } } }
${name}: { duration: 5m }
`,
    [`test/strategies/${name}/contract.test.ts`]: `import { ${value} } from '../../../strategies/${name}/plan.ts';
import { strategySuite } from '../../contract/strategy-suite.ts';

strategySuite({
  strategy: ${value},
  settings: (draw, common) => ({ ...common, duration: draw.upTo(3) * 10_000 }),
});
`,
  },
  catalogue: {
    file: 'src/compose/strategies.ts',
    line: `  ${/-/.test(name) ? `'${name}'` : name}: async () => (await import('../../strategies/${name}/index.ts')).${value}Strategy,`,
  },
  after: [
    `  npx vitest run test/strategies/${name}    passes as it is`,
    `  strategies/${name}/settings.ts and plan.ts: what it is told, and the steps it makes of it`,
    `  npm run format && npm run schema && npm run reference    then: docs/adding-a-strategy.md`,
  ],
});
