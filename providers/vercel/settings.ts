import { z } from 'zod';
import type { SecretReference } from '../../src/contract/index.ts';
import { url } from '../../src/settings/http.ts';
import {
  duration,
  flag,
  form,
  REFERENCES,
  text,
  textOrReference,
} from '../../src/settings/scalars.ts';
import { OFFICIAL } from './connection.ts';

/** A config never holds it, and no argument of a command does. */
const secret = () =>
  textOrReference('when it is needed').refine((value) => typeof value !== 'string', {
    error: `a reference, never the secret itself: ${REFERENCES}`,
  }) as unknown as z.ZodType<SecretReference>;

const git = z.strictObject({
  ref: text().describe('Branch or tag, as Vercel shows it.'),
  sha: form(/^[0-9a-f]{40}$/, 'the full id of a commit, 40 digits').describe(
    'Commit to build: a branch alone would not say what was built.',
  ),
});

export const settings = z
  .strictObject({
    project: text()
      .nullable()
      .default(null)
      .describe(
        'Name or id of the project; by default the one that `vercel link` has left in .vercel/project.json.',
      ),
    target: form(
      /^[a-z0-9][a-z0-9-]{0,47}$/,
      'production, preview, or the slug of a custom environment',
    )
      .default('production')
      .describe('What is deployed: production, preview, or a custom environment by its slug.'),
    aliases: z
      .array(text())
      .default([])
      .describe(
        'Outside production: the names that lead users to what is live there, such as shop-next.vercel.app.',
      ),
    team: text()
      .nullable()
      .default(null)
      .describe('Slug or id of its team; without one, the account of the token.'),
    folder: text()
      .default('.')
      .describe('Folder whose files are uploaded and built, from the folder of the config.'),
    prebuilt: flag()
      .default(false)
      .describe('Upload what `vercel build --prod` has left in .vercel/output, and build nothing.'),
    git: git
      .nullable()
      .default(null)
      .describe('Build this commit of the connected repository instead.'),
    deployment: text()
      .nullable()
      .default(null)
      .describe(
        'Promote this deployment to production instead, by its id or URL: what was staged elsewhere, as it is.',
      ),
    token: secret()
      .nullable()
      .default(null)
      .describe(
        'Where the token is read; by default VERCEL_TOKEN, else the login of `vercel login`.',
      ),
    bypass: secret()
      .nullable()
      .default(null)
      .describe(
        'Secret that lets gates past the protection of deployments, sent to hosts of Vercel only; by default VERCEL_AUTOMATION_BYPASS_SECRET where it is set.',
      ),
    propagation: duration()
      .prefault('5s')
      .describe('Time after a promotion in which users may still get what was before.'),
    readLag: duration()
      .prefault('20s')
      .describe('Time after which a list surely tells of a new deployment.'),
    poll: duration({ min: 1 }).prefault('1s').describe('Time between two looks.'),
    api: url().default(OFFICIAL).describe('Base of the API; another one only for tests.'),
  })
  .refine(
    ({ prebuilt, git, deployment }) => [prebuilt, git, deployment].filter(Boolean).length < 2,
    {
      error: 'only one of prebuilt, git and deployment',
    },
  )
  .refine(({ target, aliases }) => (target === 'production') === (aliases.length === 0), {
    error:
      'aliases are for a target outside production, which needs at least one: production has its domains',
  })
  .describe(
    'Vercel: deployments are staged, promoted and rolled back to; canaries use Rolling Releases.',
  );

/** The `vercel` section of a config, checked. Durations in ms. */
export type VercelSettings = z.output<typeof settings>;
