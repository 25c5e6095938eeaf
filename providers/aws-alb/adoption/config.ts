import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Adoptable } from '../../../src/contract/index.ts';
import type { ServingRule } from './landscape.ts';
import type { Runner } from './runners.ts';

/** A rule, the group that it serves from, the one beside it, and what runs behind both. */
export interface Found {
  readonly serving: ServingRule;
  readonly live: TargetGroup;
  readonly other: TargetGroup;
  readonly runner: Runner | null;
  readonly idle: Runner | null;
}

/** A whole config for what a rule serves now. */
export function adoptingConfig(found: Found, strategy: Adoptable['strategy']): string {
  const { serving, live, other, runner, idle } = found;
  const { rule, listener } = serving;
  const compute = runner && idle ? ofRunner(runner, idle) : ofTargets(live);
  const health = live.TargetType === 'lambda' ? null : (live.HealthCheckPath ?? '/');
  return `# ${rule.IsDefault ? 'The default action' : `Rule ${rule.Priority}`} of listener ${listener.Port} at ${serving.balancer.LoadBalancerName}, as it is.
service: ${serviceOf(found)}
release: ${compute.release}   # --release names another
strategy: ${strategy}
# The journal is kept on this machine; in a bucket every machine can go on:
# store: s3://BUCKET/journal?region=REGION
provider:
  aws-alb:
    listener: ${listener.ListenerArn}
${rule.IsDefault ? '' : `    rule: ${rule.RuleArn}\n`}    groups:
      blue: ${live.TargetGroupArn}
      green: ${other.TargetGroupArn}
${compute.lines}
gates:
${health === null ? '' : `  answers: { http: ${JSON.stringify(health)} }   # asked of the new release alone, before users reach it\n`}  alive: { health: {} }
defaults:
  check: [${health === null ? 'alive' : 'answers'}]
  watch: [alive]
${SHAPES[strategy]}`;
}

const SHAPES: Readonly<Record<Adoptable['strategy'], string>> = {
  canary: `canary:
  stages:
    - { weight: 5%, duration: 5m }
    - { weight: 50%, duration: 10m }
`,
  'blue-green': '',
  rolling: `rolling: { batch: 25% }
`,
};

interface ComputeLines {
  readonly release: string;
  readonly lines: string;
}

function ofRunner(runner: Runner, idle: Runner): ComputeLines {
  if (runner.kind === 'asg') {
    const groups = `{ blue: ${runner.name}, green: ${idle.name} }`;
    return {
      release: `'${runner.version}'`,
      lines: `    asg:
      groups: ${groups}
      templateVersion: \${release}   # or image: ami-…, for a version of the launch template of its own`,
    };
  }
  const { name, tag } = imageParts(runner.image ?? `${runner.name}:v1`);
  return {
    release: tag,
    lines: `    ecs:
      cluster: ${runner.cluster}
      services: { blue: ${runner.name}, green: ${idle.name} }
      container: ${runner.container}
      image: ${name}:\${release}`,
  };
}

function ofTargets({ TargetType }: TargetGroup): ComputeLines {
  if (TargetType === 'lambda')
    return {
      release: `'1'`,
      lines: `    lambda:
      function: FUNCTION      # put in its name
      version: \${release}     # or code, or image, from which a version is published`,
    };
  return {
    release: 'v1',
    lines: `    # Where the new release runs: TARGETS='10.0.1.7:8080 10.0.2.7:8080' deployctl deploy
    targets: \${env.TARGETS:-}     # only plan and deploy need any
allowEnv: [TARGETS]`,
  };
}

function imageParts(image: string): { readonly name: string; readonly tag: string } {
  const [named = ''] = image.split('@');
  const at = named.lastIndexOf(':');
  if (at <= named.lastIndexOf('/')) return { name: named, tag: 'v1' };
  return { name: named.slice(0, at), tag: named.slice(at + 1) };
}

/** What both sides are called, without the colour. */
function serviceOf({ live, runner }: Found): string {
  const name = (runner?.name ?? live.TargetGroupName ?? 'service').toLowerCase();
  const plain = name.replace(/[-_.]?(blue|green)$/, '').replaceAll(/[^a-z0-9-]+/g, '-');
  return plain.replace(/^-+|-+$/g, '').slice(0, 63) || 'service';
}
