import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployment, image } from '../../../test/real/kubernetes/manifests.ts';
import { BINARY } from '../rig.ts';
import { LIMIT, makeWay, QUERY, type Scene, type ToolKind } from './tool.ts';

const HELD = '60s';

/** Everything that the others do, too, and nothing besides: no bake, no check, no gate in a good run. */
const configOf = ({ stage, errors, weights, isBad }: Scene) => `service: shop
release: v2
store: kubernetes:///${stage.namespace}?context=bench
provider:
  kubernetes:
    context: bench
    namespace: ${stage.namespace}
    workload: deployment/web
    image: ${image('v2')}
    router: { nginxIngress: web }
    propagation: 500ms
strategy: canary
gates:
  errors:
    prometheus: { address: ${errors}, query: ${QUERY}, unit: ratio, delay: 0s }
    max: ${100 * LIMIT}%
    interval: 1s
defaults: { check: [], watch: [${isBad ? 'errors' : ''}], bake: 0s }
canary:
  stages:
${weights.map((weight) => `    - { weight: ${weight}%, duration: ${isBad ? HELD : '0s'} }\n`).join('')}`;

export const deployctl: ToolKind = {
  name: 'deployctl',
  async open(scene) {
    await scene.stage.make('deployments', deployment());
    await makeWay(scene, ['web']);
    const folder = await mkdtemp(join(tmpdir(), 'deployctl-bench-'));
    await writeFile(join(folder, 'deploy.config.yaml'), configOf(scene));
    let child: ChildProcess | null = null;
    let said = '';
    return {
      pid: () => child?.pid ?? null,
      async release(version) {
        const set = `provider.kubernetes.image=${image(version)}`;
        const line = [BINARY, 'deploy', '--release', version, '--set', set, '--yes'];
        const env = {
          ...process.env,
          KUBECONFIG: scene.kubeconfig,
          XDG_STATE_HOME: folder,
          CI: '1',
          DEPLOYCTL_TRACE: '1',
        };
        said = '';
        child = spawn(process.execPath, line, {
          cwd: folder,
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        for (const stream of [child.stdout, child.stderr])
          stream?.on('data', (part: Buffer) => {
            said += part.toString();
          });
        const [code] = await once(child, 'close');
        if (code !== (scene.isBad ? 3 : 0))
          throw new Error(`deployctl ended with ${code}: ${said}`);
      },
      spent: () => tracedIn(said),
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

/** `trace: verify: answered after 12 ms`, of each kind together. */
function tracedIn(said: string): readonly (readonly [string, number, number])[] {
  const all = new Map<string, { count: number; ms: number }>();
  for (const [, what = '', ms = '0'] of said.matchAll(/^trace: ([^:]+): .* after (\d+) ms$/gm)) {
    const { count, ms: sum } = all.get(what) ?? { count: 0, ms: 0 };
    all.set(what, { count: count + 1, ms: sum + Number(ms) });
  }
  return [...all].map(([what, { count, ms }]) => [`traced: ${what}`, count, ms] as const);
}
