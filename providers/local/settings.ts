import { z } from 'zod';
import { command } from '../../src/settings/command.ts';
import { path } from '../../src/settings/http.ts';
import {
  duration,
  REFERENCES,
  size,
  text,
  textOrReference,
  variableName,
  whole,
} from '../../src/settings/scalars.ts';
import { edge } from './edge-settings.ts';

const value = textOrReference('when a replica starts');

function probe(purpose: string, interval: string) {
  return z.strictObject({
    path: path()
      .nullable()
      .default(null)
      .describe(
        `HTTP path that answers when the replica ${purpose}; without it a TCP connection is enough.`,
      ),
    status: z
      .preprocess(
        (value) => (typeof value === 'number' ? [value] : value),
        z.array(whole(100, 599)).min(1).nullable(),
      )
      .meta({ also: { type: 'integer' } })
      .default(null)
      .describe('Accepted status codes; any 2xx or 3xx by default.'),
    interval: duration({ min: 10 }).prefault('200ms').describe(interval),
    timeout: duration({ min: 1 }).prefault('2s').describe('Longest time for one probe.'),
  });
}

export const settings = z
  .strictObject({
    command: command().describe(
      'The program and its arguments, as a list or as one line split at spaces. No shell reads it. Each replica gets its port in an environment variable.',
    ),
    cwd: text().default('.').describe('Folder it runs in, from the folder of the config.'),
    env: z
      .record(variableName(), value)
      .default({})
      .describe(`Environment of the service. Secrets only as references: ${REFERENCES}.`),
    replicas: whole(1, 100).default(1).describe('How many processes carry all of the traffic.'),
    portVariable: variableName()
      .default('PORT')
      .describe('Variable that tells a replica its port.'),
    versionVariable: z
      .preprocess((value) => (value === false ? null : value), variableName().nullable())
      .default('VERSION')
      .describe('Variable that tells a replica its version label; false for none.')
      .meta({ also: { const: false } }),
    ready: probe(
      'can take traffic',
      'Time between two probes; five times as long while it is ready.',
    )
      .prefault({})
      .describe('A replica gets traffic when this passes.'),
    live: probe('is alive', 'Time between two probes.')
      .nullable()
      .default(null)
      .describe('A replica that fails this is restarted; off by default.'),
    stop: z
      .strictObject({
        drain: duration().prefault('10s').describe('Time for requests under way to end.'),
        kill: duration().prefault('10s').describe('Time between SIGTERM and SIGKILL.'),
      })
      .prefault({})
      .describe('How a replica is stopped.'),
    restart: z
      .strictObject({
        backoff: duration({ min: 1 })
          .prefault('500ms')
          .describe('Wait after the first crash; doubles with each.'),
        max: duration({ min: 1 }).prefault('30s').describe('Longest wait.'),
      })
      .prefault({})
      .describe('How a replica that crashed is started again.'),
    logs: z
      .strictObject({
        maxSize: size().prefault('10MB').describe('Size at which the log of a replica is rotated.'),
      })
      .prefault({})
      .describe('What is kept of its output.'),
    edge: edge.describe(
      "The tool's own proxy in front of the replicas: it splits the traffic and counts it per release.",
    ),
  })
  .describe('Processes on this machine behind the own proxy.');

/** The `local` section of a config, checked. Durations in ms. */
export type LocalSettings = z.output<typeof settings>;

/** How a replica is asked whether it is well. */
export type Probe = LocalSettings['ready'];

export type { LocalEdgeSettings as EdgeSettings } from './edge-settings.ts';

/** What a release carries: the settings with an absolute folder. */
export type LocalSpec = LocalSettings;

/** Where a service lives on this machine; enough to reach it without its config. */
export interface LocalConnection {
  readonly service: string;
  readonly environment: string | null;
  readonly home: string;
}
