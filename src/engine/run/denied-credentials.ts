import { failureClass, type Release, type Split } from '../../contract/index.ts';
import type { DeploymentState } from '../journal/state.ts';
import type { Session } from '../lock/session.ts';

/** The platform lets this process do nothing more: forward and back are both for somebody else. */
export interface Denied {
  readonly end: 'denied';
  readonly reason: string;
}

export const isDenied = (error: unknown): boolean => failureClass(error) === 'denied';

/** What to say when these credentials are missing, expired or not allowed; throws any other error on. */
export function deniedEnd(session: Session, error: unknown): Denied {
  if (!isDenied(error)) throw error;
  const { name, host } = session.world.holder.actor;
  const reason = `the platform denies ${name} on ${host}: ${(error as Error).message}. As last read back, ${serving(session.state)}. It can be continued from any machine with valid credentials`;
  return { end: 'denied', reason };
}

/** Traffic as the last route left it. */
function serving(state: DeploymentState): string {
  const { plan, course, outcomes } = state;
  const done = new Set(outcomes.filter(({ result }) => result === 'done').map(({ step }) => step));
  const routes = [...plan.steps, ...course]
    .filter(({ id }) => done.has(id))
    .flatMap(({ action }) => (action.kind === 'route' ? [action.split] : []));
  return deniedWords(routes.at(-1) ?? plan.before.split, [
    plan.release,
    ...(plan.before.live ? [plan.before.live] : []),
    ...(plan.before.others ?? []),
  ]);
}

function deniedWords(split: Split | null, releases: readonly Release[]): string {
  const shares = Object.entries(split ?? {})
    .filter(([, weight]) => weight > 0)
    .map(([id, weight]) => {
      const version = releases.find((release) => release.id === id)?.version ?? id;
      return `${version} has ${weight} % of the traffic`;
    });
  return shares.join(' and ') || 'nothing has traffic';
}
