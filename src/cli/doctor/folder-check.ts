import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { flawAt } from '../../lib/safe-files/descent.ts';
import { wordsOf } from '../../lib/safe-files/flaw.ts';
import { isTrusted } from '../../lib/safe-files/owners.ts';
import { cacheHome, stateHome } from '../../lib/state-home.ts';
import type { Io } from '../shell/io.ts';
import type { DoctorCheck } from './checkup.ts';

/** Whether others have a hand in what is kept here, and what comes of it. */
export function folderCheck({ env }: Io): DoctorCheck {
  const state = join(stateHome(env), 'deployctl');
  const flaw = flawAt(state);
  if (flaw)
    return {
      name: 'folders',
      ok: false,
      found: `${state} is not used: ${wordsOf(flaw)}`,
      advice:
        'log in as the user who deploys (sudo -H), or name a folder of your own in XDG_STATE_HOME',
    };
  const told = [notKept(env), ...NAMES.map((name) => taken(`${name}-${process.geteuid?.()}`))];
  return {
    name: 'folders',
    ok: true,
    found: `only you can write to ${state}`,
    advice: told.filter((line) => line !== null).join('\n') || undefined,
  };
}

function notKept(env: Io['env']): string | null {
  const flaw = flawAt(join(cacheHome(env), 'deployctl'));
  return (
    flaw && `commands start more slowly, because compiled code is not cached: ${wordsOf(flaw)}`
  );
}

/** Where others could expect something of ours. */
const NAMES = ['/tmp/deployctl'];

function taken(path: string): string | null {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry || isTrusted(entry.uid)) return null;
  return `${path} was made by another user (uid ${entry.uid}); nothing is kept there, so nothing is missing`;
}
