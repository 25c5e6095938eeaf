import type { DeploymentState } from '../../../src/engine/index.ts';
import type { Recovery } from './draw.ts';

/** A command line, and what must be true when it has ended by itself. */
export interface Expected {
  readonly words: readonly string[];
  /** Run in a folder that knows nothing of the service. */
  readonly elsewhere?: boolean;
  readonly exits: readonly number[];
  /** The version that must be live then; null where this is for the record to say. */
  readonly live: string | null;
}

/** What this recovery is as a command line, where the record stands like this, and where it must lead. */
export function expected(
  state: DeploymentState | null,
  kind: Recovery,
  nextVersion: () => string,
): Expected {
  if (!state) throw new Error('nothing was ever deployed here');
  const { id, plan, ended, stopped, direction } = state;
  const before = plan.before.live?.version ?? null;
  const isOver = ended !== null && (ended.result === 'rolled-back' || plan.undoes !== null);
  const isUndoable = before !== null && !isOver;
  if (kind === 'deploy' || (kind === 'rollback' && !isUndoable)) {
    const version = nextVersion();
    // What was stopped is a person's to decide about, who says so.
    const decided = stopped ? ['--supersede', 'cancel-older'] : [];
    return { words: ['deploy', '--release', version, ...decided], exits: [0], live: version };
  }
  if (kind === 'rollback') return { words: ['rollback', id], exits: [0], live: before };
  const elsewhere = kind === 'resume elsewhere';
  const isBack = ended ? ended.result === 'rolled-back' : direction === 'back';
  const live = isBack ? before : plan.release.version;
  const exit = ended ? 7 : isBack ? 3 : 0;
  return { words: ['resume', id], elsewhere, exits: [exit], live };
}
