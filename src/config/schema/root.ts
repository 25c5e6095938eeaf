import { z } from 'zod';
import {
  duration,
  form,
  gateName,
  name,
  variableName,
  versionLabel,
  whole,
} from '../../settings/scalars.ts';
import { gateSchema } from './gate.ts';
import { local } from './local.ts';
import { json } from './probes.ts';
import { defaults, pluginStrategy, STRATEGIES } from './strategies.ts';

/** What there is to choose from: the tool's own, and what plug-ins bring. */
export interface Kinds {
  readonly strategies: readonly string[];
  readonly providers: readonly string[];
  readonly sources: readonly string[];
}

const settings = z.record(z.string(), json);

/**
 * The whole config as a person writes it. Everything here is described, because the schema is the
 * reference: editors show it, and the example shows every key of it.
 *
 * It is held against a config in which the overlay of the environment, `--set` and variables are
 * already worked in, `defaults` stand below every strategy, and `bootstrap` is laid over the provider.
 */
export function configSchema(kinds: Kinds) {
  const provider = providerSchema(kinds.providers);
  return z.strictObject({
    $schema: z.string().optional().describe('For editors: where the JSON schema of this file is.'),
    service: name().describe(
      'Name of the service: what is deployed. One config describes one service.',
    ),
    release: versionLabel().describe(
      'Version label to deploy when --release does not name one; the short git commit by default.',
    ),
    strategy: z
      .enum(kinds.strategies as [string, ...string[]])
      .describe('How a release comes to serve; --strategy chooses another.'),
    provider: provider.describe('Where the service runs: exactly one.'),
    bootstrap: bootstrapSchema(provider)
      .optional()
      .describe(
        'What to run first when nothing is live yet, so that the first canary has something to compare with.',
      ),
    gates: z
      .record(gateName(), gateSchema(kinds.sources))
      .default({})
      .describe(
        'Named checks. Strategies name the ones they use; each has one source and says how its readings are judged.',
      ),
    defaults: defaults
      .optional()
      .describe('Options for all strategies; a strategy that has one of them itself wins.'),
    ...strategySections(kinds.strategies),
    store: form(/^\S+$/, 'a folder or a URL such as s3://bucket/prefix')
      .nullable()
      .default(null)
      .describe(
        'Where the journal is kept: a folder or a URL. By default the best that the provider has.',
      ),
    history: z
      .strictObject({
        keep: whole(1, 1_000_000)
          .nullable()
          .default(100)
          .describe(
            'How many deployments the journal keeps; null keeps all. What is live and what a rollback goes back to is never pruned.',
          ),
      })
      .prefault({})
      .describe('How long the history reaches back.'),
    supersede: z
      .enum(['reject', 'queue', 'cancel-older'])
      .default('reject')
      .describe(
        'What a deployment does that finds another one running: reject, queue or cancel-older.',
      ),
    onInterrupt: z
      .enum(['pause', 'rollback'])
      .default('pause')
      .describe('What Ctrl-C and SIGTERM lead to: pause (resumable) or rollback.'),
    deadline: duration({ min: 1000 })
      .nullable()
      .default(null)
      .describe('For the whole deployment; over it counts as failed. None by default.'),
    rollbackDeadline: duration({ min: 1000 })
      .prefault('10m')
      .describe('For a rollback; it has its own.'),
    allowEnv: z
      .array(variableName())
      .default([])
      .describe(`Variables of the environment that this file may take in as \${env.NAME}.`),
    plugins: z
      .array(form(/^[^\s$]+$/, 'the name of a package, or a path'))
      .default([])
      .describe(
        'Packages or files that bring strategies, providers or gate sources. Their code runs.',
      ),
    environments: z
      .record(name(), settings)
      .default({})
      .describe(
        'Overlays, chosen with --env NAME. Sections merge key by key, lists and single values replace, null removes.',
      ),
  });
}

const exampleWhenMissing = ({ code, input }: { code?: string; input?: unknown }) =>
  code === 'invalid_type' && input === undefined
    ? 'one, such as local: { command: node server.js, edge: { port: 8080 } }'
    : undefined;

/** A key for each provider; those of plug-ins check their settings themselves. */
function providerSchema(names: readonly string[]) {
  const shape = names.map((name) => {
    const schema: z.ZodType =
      name === 'local'
        ? local.describe('Processes on this machine behind the own proxy.')
        : settings.describe('A provider of a plug-in.');
    return [name, schema.optional()] as const;
  });
  return z
    .preprocess(
      (value) => (typeof value === 'string' ? { [value]: {} } : value),
      z.strictObject(Object.fromEntries(shape), { error: exampleWhenMissing }),
    )
    .superRefine((provider, context) => {
      const given = Object.keys(provider).filter((name) => provider[name] !== undefined);
      if (given.length === 1) return;
      const found = given.length === 0 ? 'found no provider' : `found ${given.join(' and ')}`;
      context.addIssue({
        code: 'custom',
        message: `=${found}, expected exactly one of ${names.join(', ')}`,
      });
    });
}

const bootstrapSchema = (provider: z.ZodType) =>
  z.strictObject({
    release: versionLabel().describe('Version label of the first release.'),
    env: z
      .record(z.string(), json)
      .optional()
      .describe('Its environment, laid over that of the provider. Short for env below `provider`.'),
    provider: provider
      .meta({ partial: true })
      .describe('Its settings, laid over those of the provider.'),
  });

function strategySections(names: readonly string[]) {
  const plugins = names.filter((name) => !(name in STRATEGIES));
  const sections = plugins.map(
    (name) => [name, pluginStrategy.describe('A strategy of a plug-in.').prefault({})] as const,
  );
  return {
    canary: STRATEGIES.canary.prefault({}),
    'blue-green': STRATEGIES['blue-green'].prefault({}),
    rolling: STRATEGIES.rolling.prefault({}),
    ...Object.fromEntries(sections),
  };
}

export type Written = z.output<ReturnType<typeof configSchema>>;
