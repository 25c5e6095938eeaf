import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EXIT, type ExitCode, isDeployError } from '../../contract/index.ts';
import { descend } from '../../lib/safe-files/descent.ts';
import type { Foothold } from '../../lib/safe-files/foothold.ts';
import { readOwn } from '../../lib/safe-files/own-file.ts';
import { configHome, stateHome } from '../../lib/state-home.ts';
import { type Input, textOption } from '../shell/command.ts';
import { configFile } from '../target/config-file.ts';
import { whereabouts } from '../target/config-summary.ts';
import type { HostPlace } from '../target/host-place.ts';
import { titleOf } from '../target/title.ts';
import { unitOfOthers, unitUnwritable } from './errors.ts';
import { UNIT_MARK, unitText, type Wanted } from './unit.ts';

interface PlannedUnit {
  readonly name: string;
  readonly file: string;
  readonly scope: Wanted['scope'];
  readonly text: string;
}

/** Of the machine for root, else of whoever types: the service is started again as whom it runs now. */
const scopeHere = (): Wanted['scope'] => (process.geteuid?.() === 0 ? 'system' : 'user');

/** Writes the unit that does `up` at every boot, or only shows it. */
export async function installUnit(input: Input, place: HostPlace): Promise<ExitCode> {
  const unit = unitFor(input, place, await configMeant(input, place));
  if (input.options.print) {
    input.io.stdout.write(unit.text);
    return EXIT.done;
  }
  await writeUnit(unit.file, unit.text);
  input.io.stdout.write(unitWritten(unit, place));
  return EXIT.done;
}

/** The config that says which target is meant; null where the journal says it. */
async function configMeant(input: Input, { composition }: HostPlace): Promise<string | null> {
  const { io, options } = input;
  if (textOption(options, 'service') !== undefined) return null;
  if ((await whereabouts(input, composition).catch(() => null)) === null) return null;
  const named = textOption(options, 'config');
  return named === undefined ? configFile(io.cwd) : resolve(io.cwd, named);
}

function unitFor({ io, options }: Input, place: HostPlace, config: string | null): PlannedUnit {
  const { service, environment } = place.target;
  const scope = scopeHere();
  const title = environment ? `${service}.${environment}` : service;
  const name = `deployctl-${title}.service`;
  const own = configHome(io.env);
  const [units, secrets] =
    scope === 'system'
      ? ['/etc/systemd/system', '/etc/deployctl']
      : [join(own, 'systemd/user'), join(own, 'deployctl')];
  const named = config === null ? ['--service', service] : ['--config', config];
  const store = textOption(options, 'store') ?? (config === null ? place.store.url : undefined);
  const wanted: Wanted = {
    title: titleOf(place.target),
    command: [
      process.execPath,
      resolve(process.argv[1] ?? ''),
      'up',
      ...named,
      ...(environment ? ['--env', environment] : []),
      ...(store ? ['--store', store] : []),
    ],
    environment: { ...given(io.env, 'HOME', 'PATH'), XDG_STATE_HOME: stateHome(io.env) },
    secrets: join(secrets, `${title}.env`),
    scope,
  };
  return { name, file: join(units, name), scope, text: unitText(wanted) };
}

function given(env: Input['io']['env'], ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** Whole or not at all, in the place of one of ours or of none. */
export async function writeUnit(file: string, unit: string): Promise<void> {
  const folder = openFolder(dirname(file));
  const name = basename(file);
  const part = folder.at(`.${name}.part`);
  try {
    await refuseForeign(folder.at(name), file);
    await rm(part, { force: true });
    const written = await open(
      part,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
      0o644,
    );
    try {
      await written.writeFile(unit);
      await written.sync();
    } finally {
      await written.close();
    }
    await rename(part, folder.at(name));
  } catch (error) {
    await rm(part, { force: true });
    throw isDeployError(error) ? error : unitUnwritable(file, error);
  } finally {
    folder.close();
  }
}

function openFolder(path: string): Foothold {
  try {
    const folder = descend(path, { make: true });
    if (folder.entry.isDirectory()) return folder;
    folder.close();
  } catch (error) {
    throw unitUnwritable(path, error);
  }
  throw unitUnwritable(path, new Error('it is not a folder'));
}

async function refuseForeign(path: string, file: string): Promise<void> {
  const there = await readOwn(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    return null;
  });
  if (there === undefined || there?.startsWith(UNIT_MARK)) return;
  throw unitOfOthers(file);
}

function unitWritten({ name, file, scope, text: unit }: PlannedUnit, place: HostPlace): string {
  const systemctl = scope === 'system' ? 'systemctl' : 'systemctl --user';
  const secrets = /^EnvironmentFile=-(.*)$/m.exec(unit)?.[1]?.replaceAll('%%', '%');
  return `${[
    `Wrote ${file}: it brings ${titleOf(place.target)} back after a reboot.`,
    'Next:',
    `  ${systemctl} daemon-reload`,
    `  ${systemctl} enable --now ${name}`,
    ...(scope === 'user'
      ? ['  loginctl enable-linger    so that it need not wait until you log in']
      : []),
    `What the service takes by fromEnv goes into ${secrets}, as NAME=value, readable by nobody else.`,
  ].join('\n')}\n`;
}
