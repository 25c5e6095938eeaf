import { arch, hostname, release, userInfo } from 'node:os';
import manifest from '../../../package.json' with { type: 'json' };
import { EXIT, type Json } from '../../contract/index.ts';
import { listTargets, readState } from '../../engine/index.ts';
import { type Input, textOption } from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { reading } from '../shell/run-world.ts';
import { whereabouts } from '../target/config-summary.ts';
import { openStore } from '../target/open-store.ts';
import type { DoctorCheck } from './checkup.ts';

/**
 * One file to attach to a bug report: what was found, on what machine, and the shape of what is
 * configured. Names of people, machines and folders are left out; of settings only numbers and
 * switches are told, because any text may be somebody's secret.
 */
export async function bugReport(input: Input, checks: readonly DoctorCheck[]): Promise<string> {
  const { io } = input;
  const composition = await input.compose();
  const parts = [
    '# deployctl doctor --report',
    'Names of people, machines and folders are left out, and so is every text of the settings. Read it before you attach it.',
    fenced('machine', machine(input)),
    fenced('checks', checks),
    fenced('settings', await settings(input, composition)),
    fenced('deployments', await deployments(input, composition)),
  ];
  const targets = await named(input, composition);
  return io.redact(nameless(`${parts.join('\n\n')}\n`, [...targets, ...surroundings(io.env.HOME)]));
}

const fenced = (title: string, what: unknown) =>
  `## ${title}\n\n\`\`\`json\n${JSON.stringify(what, null, 2)}\n\`\`\``;

function machine({ io }: Input) {
  const { env, clock } = io;
  return {
    deployctl: manifest.version,
    node: process.versions.node,
    system: `${process.platform} ${release()} ${arch()}`,
    superuser: process.geteuid?.() === 0,
    terminal: io.stdout.isTTY === true,
    ci: env.GITHUB_ACTIONS === 'true' ? 'github' : Boolean(env.CI),
    variables: Object.keys(env).filter((name) =>
      /^(DEPLOYCTL_|XDG_|NO_COLOR|FORCE_COLOR)/.test(name),
    ),
    at: clock.wall(),
  };
}

async function settings(input: Input, composition: Composition): Promise<unknown> {
  try {
    const here = await whereabouts(input, composition);
    if (here === null) return 'no config here, or one that is a program: its code was not run';
    const environment = textOption(input.options, 'env');
    const file = textOption(input.options, 'config');
    const place = { ...(file ? { file } : {}), ...(environment ? { environment } : {}) };
    if ((await composition.locate(place)).config.plugins.length > 0)
      return 'a config with plug-ins: their code was not run';
    const { config } = await composition.loadConfig({ ...place, release: 'any' });
    const { provider, strategy, strategies, gates } = config;
    return {
      provider: { name: provider.name, settings: shape(provider.settings) },
      strategy,
      settings: shape(strategies[strategy] as unknown as Json),
      gates: Object.values(gates).map(({ source, settings: own, ...gate }) => ({
        source,
        settings: shape(own),
        ...gate,
      })),
    };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Numbers, switches and names of settings; a text only says how long it is. Names below `env` are the user's own. */
function shape(value: Json): unknown {
  if (typeof value === 'string') return `text of ${value.length}`;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shape);
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return Object.fromEntries(
    entries.map(([name, part]) => [
      name,
      OWN_NAMES.has(name) && part !== null && typeof part === 'object'
        ? `${Object.keys(part).length} entries`
        : shape(part),
    ]),
  );
}

const OWN_NAMES = new Set(['env', 'headers', 'labels', 'annotations', 'captures']);

async function deployments(input: Input, composition: Composition): Promise<unknown> {
  try {
    const here = await whereabouts(input, composition).catch(() => null);
    const store = await openStore(input, composition, here);
    const states = await Promise.all(
      (await listTargets(store)).map(({ id }) =>
        readState(reading(input.io, composition, store), id),
      ),
    );
    return states
      .filter((state) => state !== null)
      .map((state, index) => {
        const { plan, direction, ended, stopped, inFlight, course, openedAt } = state;
        return {
          target: `target ${index + 1}`,
          provider: plan.provider.name,
          strategy: plan.strategy,
          first: plan.before.live === null,
          begun: openedAt,
          direction,
          at: inFlight,
          steps: course.map(({ id }) => id),
          stopped: stopped?.stop ?? null,
          result: ended?.result ?? null,
        };
      });
  } catch (error) {
    return { error: (error as Error).message, exit: EXIT.couldNotRun };
  }
}

type Name = readonly [name: string, instead: string];

async function named(input: Input, composition: Composition): Promise<readonly Name[]> {
  const here = await whereabouts(input, composition).catch(() => null);
  const store = await openStore(input, composition, here).catch(() => null);
  const targets = store ? await listTargets(store).catch(() => []) : [];
  return targets.flatMap(({ id, identity }, index): Name[] => [
    [id, `target ${index + 1}`],
    [identity.label, `place ${index + 1}`],
  ]);
}

/** The folder first: the name of a person is often a part of it. */
function surroundings(home: string | undefined): readonly Name[] {
  const { username } = userInfo();
  return [
    ...(home && home.length > 1 ? [[home, '~'] as const] : []),
    [hostname(), '(host)'],
    ...(username.length > 2 ? [[username, '(user)'] as const] : []),
  ];
}

const nameless = (told: string, names: readonly Name[]) =>
  names.reduce((rest, [name, instead]) => rest.replaceAll(name, instead), told);
