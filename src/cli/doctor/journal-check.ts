import type { DeployError, Store } from '../../contract/index.ts';
import { type Examined, examine, type Log, mend } from '../../engine/index.ts';
import type { Input } from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { reading } from '../shell/run-world.ts';
import type { DoctorCheck } from './checkup.ts';

/** What a target's log is like, after a repair where one is asked for and safe. */
export async function checkLog(
  input: Input,
  composition: Composition,
  log: Log,
): Promise<{ check: DoctorCheck; at: number }> {
  const { store } = log;
  const found = await examine(log);
  if (input.options.repair !== true || BEYOND_REPAIR.includes(found.verdict))
    return { check: logCheckOf(found, store), at: found.at };
  try {
    await repair(input, composition, log);
    const after = await examine(log);
    const check = logCheckOf(after, store);
    const done = check.ok ? `\n${repaired(found)}` : '';
    return { check: { ...check, found: `${check.found}${done}` }, at: after.at };
  } catch (error) {
    return { check: refusedLogCheck(found, error as DeployError, store), at: found.at };
  }
}

/** Where nothing is to be done, or nothing may be. */
const BEYOND_REPAIR: readonly Examined['verdict'][] = ['whole', 'blocked', 'newer'];

function repair({ io }: Input, composition: Composition, { store, target }: Log): Promise<void> {
  const { machine, redact } = composition;
  io.stderr.write(
    `Repairing the log of ${target}, once it is certain that no process acts on it.\n`,
  );
  return mend({ ...reading(io, composition, store), ...machine, redact }, target);
}

const lostRange = ({ last, end }: Examined): string => {
  const from = (last?.seq ?? 0) + 1;
  return from === end ? `record ${from}` : `records ${from} to ${end}`;
};

const repaired = (found: Examined) =>
  `What was left of ${lostRange(found)} is in targets/${found.target}/set-aside; new records in their place say so.`;

function refusedLogCheck(
  found: Examined,
  { message, why }: DeployError,
  store: Store,
): DoctorCheck {
  const lines = [logCheckOf(found, store).found, 'Not repaired:', message, why];
  return { ...logCheckOf(found, store), found: lines.filter(Boolean).join('\n') };
}

const DAMAGES_SHOWN = 5;

function logCheckOf(found: Examined, store: Store): DoctorCheck {
  const { target, verdict, faults, count } = found;
  const name = `records of ${target}`;
  if (verdict === 'whole') return { name, ok: true, found: `${count}, chain intact` };
  const named = faults
    .slice(0, DAMAGES_SHOWN)
    .map(({ seq, why }) => `Record ${seq} of the log: ${why}.`);
  const more = faults.length > DAMAGES_SHOWN ? [`And ${faults.length - DAMAGES_SHOWN} more.`] : [];
  const { meaning, advice } = DAMAGE_MEANINGS[verdict](found, store);
  const readable = `${count} others can be read.`;
  return { name, ok: false, found: [...named, ...more, readable, meaning].join('\n'), advice };
}

interface Meaning {
  readonly meaning: string;
  readonly advice: string;
}

const DAMAGE_MEANINGS: Readonly<
  Record<Exclude<Examined['verdict'], 'whole'>, (found: Examined, store: Store) => Meaning>
> = {
  past: () => ({
    meaning:
      'The newest deployment is whole: status, deploy and rollback work. Only of older ones something is lost.',
    advice:
      'put it back from a backup of the journal, if there is one; nothing else has to be done',
  }),
  end: (found) => ({
    meaning: `The log is whole up to record ${found.last?.seq}, ${lastDeploymentWords(found)}. What ${lostRange(found)} said is not known: a change may have been begun.`,
    advice: `put it back from a backup of the journal; or see what is live, and set ${lostRange(found)} aside to go on from record ${found.last?.seq}: deployctl doctor --repair`,
  }),
  blocked: ({ faults }, { url }) => {
    const places = faults.flatMap(({ inTheWay }) => inTheWay ?? []).slice(0, DAMAGES_SHOWN);
    return {
      meaning: 'The rest of the log cannot be examined until that can be read or is removed.',
      advice: `move ${places.map((key) => `${url}/${key}`).join(' and ')} away, or make it readable where it is a record; then: deployctl doctor --repair`,
    };
  },
  newer: ({ newer }) => ({
    meaning: `Record ${newer?.seq} was written by a newer deployctl: ${newer?.why}. It is not damaged, and nothing here is repaired.`,
    advice: 'install a newer deployctl: npm install --global deployctl@latest',
  }),
  newest: (_found, { url }) => ({
    meaning:
      'The newest deployment cannot be determined, so nothing is written here any more: status, deploy and rollback refuse.',
    advice: `put it back from a backup of ${url}; without one, see what is live and go on with a new journal: deployctl status --store <new url>, then deployctl deploy --store <new url>`,
  }),
};

function lastDeploymentWords({ last }: Examined): string {
  const over = last?.body.kind === 'ended' ? `ended ${last.body.result}` : 'not over';
  return `deployment ${last?.deployment}, ${over}`;
}
