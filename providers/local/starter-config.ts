import type { StarterAnswers } from '../../src/contract/index.ts';

/** A first config: small, commented, and valid as it stands. */
export function starterConfig(answers: StarterAnswers): string {
  const parts = [head(answers), provider(answers), gates(answers), options(answers)];
  return `${parts.join('\n\n')}\n`;
}

const head = ({ service, strategy }: StarterAnswers) => `\
service: ${quoteStarterConfig(service)}
strategy: ${strategy}    # canary, blue-green or rolling
# release: \${git.sha}    # the version to deploy, unless --release names one`;

const provider = ({ command, replicas, port, health }: StarterAnswers) => `\
provider:
  local:                # processes on this machine behind a proxy
    command: [${command.map(quoteStarterConfig).join(', ')}]    # gets its port in the variable PORT
    replicas: ${replicas}
    ready: { ${health === null ? '' : `path: ${quoteStarterConfig(health)}, `}timeout: 2s }    # when a replica may get traffic
    edge:
      port: ${port}        # where users reach the service; metrics are one port above`;

const gates = ({ health }: StarterAnswers) => `\
gates:${
  health === null
    ? ''
    : `
  answers: { http: ${quoteStarterConfig(health)} }`
}
  visitors: { load: { rate: 10 } }    # requests of our own; take it out where users make enough
  errors:               # the new release may not fail more often than the old one
    edge: errorRate
    max: 5%
    compare: stable
  slow: { edge: { latency: p95 }, max: 1s }
  alive: { health: {} }    # crashes and units that are not ready`;

const options = ({ strategy, health }: StarterAnswers) => `\
defaults:
  check: [${health === null ? '' : 'answers'}]    # before the new release gets traffic
  watch: [visitors, errors, slow, alive]    # for as long as it has traffic
  bake: 1m              # watching on after the switch, with the old release still warm

${OWN[strategy]}`;

const OWN: Readonly<Record<StarterAnswers['strategy'], string>> = {
  canary: `canary:
  duration: 1m          # of each stage
  stages: [5%, 25%, 50%, 100%]`,
  'blue-green': `blue-green:
  approval: false       # true asks a person before the switch`,
  rolling: `rolling:
  batch: 25%            # replicas replaced at a time
  pause: 10s            # between two batches`,
};

/** JSON text is YAML text; what is plain stays plain. */
const quoteStarterConfig = (text: string) =>
  /^[a-z][\w./-]*$/i.test(text) && !/^(true|false|null)$/i.test(text) ? text : JSON.stringify(text);
