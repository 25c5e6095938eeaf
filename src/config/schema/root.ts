import { z } from 'zod';
import { json } from '../../settings/http.ts';
import {
  duration,
  form,
  gateName,
  name,
  variableName,
  versionLabel,
  whole,
} from '../../settings/scalars.ts';
import { COMMON } from '../../settings/strategy.ts';
import { oneOf } from '../../settings/words.ts';
import type { Vocabulary } from '../extensions.ts';
import { gateSchema } from './gate.ts';

const settings = z.record(z.string(), json);

export const serviceName = () =>
  name().describe('Name of the service: what is deployed. One config describes one service.');

export const allowEnv = z
  .array(variableName())
  .default([])
  .describe(`Variables of the environment that this file may use as \${env.NAME}.`);

export const history = z
  .strictObject({
    keep: whole(1, 1_000_000)
      .nullable()
      .default(100)
      .describe(
        'How many deployments the journal keeps; null keeps all. What is live and what a rollback goes back to is never pruned.',
      ),
  })
  .prefault({})
  .describe('How much history is kept.');

/**
 * The whole config as a person writes it. Everything here is described, because the schema is the
 * reference: editors show it, and the example shows every key of it.
 *
 * It is held against a config in which the overlay of the environment, `--set` and variables are
 * already worked in, `defaults` stand below every strategy, and `bootstrap` is laid over the provider.
 */
export function configSchema(known: Vocabulary) {
  const provider = providerSchema(known);
  return z.strictObject({
    $schema: z.string().optional().describe('For editors: where the JSON schema of this file is.'),
    service: serviceName(),
    release: versionLabel().describe(
      'Version label to deploy when --release does not name one; the short git commit by default.',
    ),
    strategy: z
      .enum(known.names.strategies as [string, ...string[]])
      .describe('How a release gets the traffic; --strategy chooses another.'),
    provider: provider.describe('Where the service runs: exactly one.'),
    bootstrap: bootstrapSchema(provider)
      .optional()
      .describe(
        'A release to deploy first when nothing is live yet, so that the first canary has something to compare with.',
      ),
    gates: z
      .record(gateName(), gateSchema(known))
      .default({})
      .describe(
        'Named checks. Strategies name the ones they use; each has one source and says how its readings are judged.',
      ),
    metrics: z
      .record(z.string(), settings)
      .optional()
      .describe(
        'The gate source, with its settings, for gates that are given by name only (`success-rate: {min: 99%}`).',
      ),
    defaults: z
      .strictObject(COMMON)
      .optional()
      .describe('Options for all strategies; the same option below a strategy takes precedence.'),
    ...strategySections(known),
    store: storeSchema(known.stores),
    history,
    supersede: z
      .enum(['reject', 'queue', 'cancel-older'])
      .default('reject')
      .describe(
        'What a deployment does when another one is running: reject, queue or cancel-older.',
      ),
    onInterrupt: z
      .enum(['pause', 'rollback'])
      .default('pause')
      .describe('What Ctrl-C and SIGTERM do: pause (resumable) or rollback.'),
    deadline: duration({ min: 1000 })
      .nullable()
      .default(null)
      .describe(
        'Time limit for the whole deployment, which fails when it is exceeded. None by default.',
      ),
    rollbackDeadline: duration({ min: 1000 })
      .prefault('10m')
      .describe('Time limit for a rollback.'),
    allowEnv,
    plugins: z
      .array(form(/^[^\s$]+$/, 'the name of a package, or a path'))
      .default([])
      .describe(
        'Packages or files that bring strategies, providers or gate sources. Their code is run.',
      ),
    environments: z
      .record(name(), settings)
      .default({})
      .describe(
        'Overlays, chosen with --env NAME. Sections are merged key by key, lists and single values replace, null removes.',
      ),
  });
}

/** A folder, or a URL that one of the known stores takes. */
export function storeSchema(schemes: readonly string[]) {
  const urls = schemes.map((scheme) => `${scheme}://`).join(' or ');
  const pattern = new RegExp(`^(/|(${schemes.join('|')}):/)\\S*$`);
  return form(pattern, `the absolute path of a folder, or a URL that begins with ${urls}`)
    .nullable()
    .default(null)
    .describe(
      `Where the journal is kept: the absolute path of a folder, or a URL that begins with ${urls}. By default your own state folder.`,
    );
}

/** A key for each provider; the settings of those that are not written are not looked at. */
export function providerSchema({ names, providers }: Pick<Vocabulary, 'names' | 'providers'>) {
  const shape = names.providers.map((name) => {
    const { kind, schema = z.unknown() } = providers[name] ?? {};
    const whole = kind?.short === undefined ? schema : schema.meta({ also: { type: 'string' } });
    return [name, whole.optional()] as const;
  });
  const whenMissing = ({ code, input }: { code?: string; input?: unknown }) =>
    code === 'invalid_type' && input === undefined
      ? `a section with ${oneOf(undefined, names.providers)}`
      : undefined;
  return z
    .preprocess(
      (value) => (typeof value === 'string' ? { [value]: {} } : value),
      z.strictObject(Object.fromEntries(shape), { error: whenMissing }),
    )
    .superRefine((provider, context) => {
      const given = Object.keys(provider).filter((name) => provider[name] !== undefined);
      if (given.length === 1) return;
      const found = given.length === 0 ? 'found no provider' : `found ${given.join(' and ')}`;
      context.addIssue({
        code: 'custom',
        message: `=${found}, expected exactly one of ${names.providers.join(', ')}`,
      });
    });
}

const bootstrapSchema = (provider: z.ZodType) =>
  z.strictObject({
    release: versionLabel().describe('Version label of the first release.'),
    env: z
      .record(z.string(), json)
      .optional()
      .describe(
        'Its environment variables, merged over those of the provider. Short for env below `provider`.',
      ),
    provider: provider
      .meta({ partial: true })
      .describe('Its settings, merged over those of the provider.'),
  });

function strategySections({ strategies }: Vocabulary) {
  const sections = Object.entries(strategies).map(
    ([name, { schema }]) => [name, schema.prefault({})] as const,
  );
  return Object.fromEntries(sections);
}

export type Written = z.output<ReturnType<typeof configSchema>>;
