import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KubernetesFixture } from '../../../test/real/kubernetes/fixture.ts';
import { KUBECONFIG } from '../../../test/real/kubernetes/ground.ts';
import { image } from '../../../test/real/kubernetes/manifests.ts';
import { BINARY, median } from '../rig.ts';

/**
 * `deployctl status` beside `kubectl get deploy`, of the same workload: in turns, so that a busy machine
 * slows both alike.
 */

const ROUNDS = 25;
const MOST = 2;

interface Line {
  readonly what: string;
  readonly command: readonly string[];
}

/** Ms until it has ended; the processor's share of them is its own. */
function timed({ what, command }: Line, where: { readonly cwd: string; env: NodeJS.ProcessEnv }) {
  const [program = '', ...words] = command;
  const begun = performance.now();
  const { status, stderr, error } = spawnSync(program, words, { ...where, encoding: 'utf8' });
  const took = performance.now() - begun;
  if (status !== 0) throw new Error(`${what} ended with ${status}: ${error ?? stderr}`);
  return took;
}

/** What a user has: one deployment by deployctl, which `status` has to tell of. */
async function measure(kubectl: readonly string[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-bench-'));
  const stage = await KubernetesFixture.withWeb({ replicas: 2 });
  const { context, namespace } = stage;
  try {
    await writeFile(
      join(folder, 'deploy.config.yaml'),
      `service: shop
release: v2
store: kubernetes:///${namespace}?context=${context}
provider:
  kubernetes:
    context: ${context}
    namespace: ${namespace}
    workload: deployment/web
    image: ${image('v2')}
    propagation: 500ms
strategy: rolling
defaults: { check: [], bake: 0s }
`,
    );
    const env = { ...process.env, KUBECONFIG, XDG_STATE_HOME: folder, CI: 'true' };
    const where = { cwd: folder, env };
    const ours = (word: string): Line => ({
      what: `deployctl ${word}`,
      command: [process.execPath, BINARY, word],
    });
    const deploy = ours('deploy');
    timed({ ...deploy, command: [...deploy.command, '--yes'] }, where);
    const lines: readonly Line[] = [
      {
        what: 'kubectl get deploy',
        command: [...kubectl, '--namespace', namespace, 'get', 'deployments'],
      },
      ours('status'),
      { what: 'node that does nothing', command: [process.execPath, '--eval', ''] },
    ];
    const times = lines.map((): number[] => []);
    for (const line of lines) timed(line, where);
    for (let round = 0; round < ROUNDS; round++)
      for (const [index, line] of lines.entries()) times[index]?.push(timed(line, where));
    return tell(lines, times);
  } finally {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function tell(lines: readonly Line[], times: readonly number[][]): boolean {
  const quick = (all: readonly number[]) => all.toSorted((a, b) => a - b)[all.length >> 2] ?? 0;
  const rows = lines.map(
    ({ what }, index) =>
      `| ${what} | ${quick(times[index] ?? []).toFixed(0)} ms | ${median(times[index] ?? []).toFixed(0)} ms |`,
  );
  const head = ['| | lower quartile | median |', '|---|---|---|'];
  process.stdout.write(`${[...head, ...rows].join('\n')}\n\n`);
  const ratio = quick(times[1] ?? []) / quick(times[0] ?? []);
  const holds = ratio <= MOST;
  process.stdout.write(
    `${holds ? '✔' : '✖'} status: ${ratio.toFixed(2)} × kubectl get deploy (goal ≤ ${MOST} ×)\n`,
  );
  return holds;
}

if (KUBECONFIG === undefined)
  throw new Error(
    'no cluster: test/real/cluster/cluster up, then export DEPLOYCTL_TEST_KUBECONFIG',
  );
const { values } = parseArgs({ options: { kubectl: { type: 'string', default: 'kubectl' } } });
process.exitCode = (await measure(values.kubectl.split(' '))) ? 0 : 1;
