import type {
  GateSource,
  Observation,
  ObservedRelease,
  Subject,
} from '../../src/contract/index.ts';
import { heeding } from '../kit/deadline.ts';
import { found, unread } from '../kit/reading.ts';
import { askedOf } from '../kit/subject.ts';
import { troubleOf } from '../kit/trouble.ts';
import type { HealthSettings } from './settings.ts';

/** Do the release's units stay up? Counts troubles: crashes since the first look, and units that fell. */
export function createHealthSource(): GateSource<HealthSettings> {
  const baselines = new Map<string, number>();
  return {
    async measure({ subject, settings, observe, signal }) {
      try {
        const observed = findHealth(await heeding(signal, observe()), subject);
        if (settings.of === 'ready') return shareOfReady(observed);
        if (!observed) return gone(subject);
        const key = `${subject.deployment} ${observed.id}`;
        // A unit that was replaced takes its crashes with it.
        const { restarts } = observed;
        if (restarts === null) return healthReading(observed, null);
        const baseline = Math.min(baselines.get(key) ?? restarts, restarts);
        baselines.set(key, baseline);
        return healthReading(observed, restarts - baseline);
      } catch (error) {
        return troubleOf(error, signal, 'count');
      }
    },
  };
}

function findHealth({ releases }: Observation, subject: Subject): ObservedRelease | undefined {
  return releases.find(({ id }) => id === askedOf(subject).id);
}

function gone(subject: Subject) {
  const candidate = { value: 1, samples: 1, bad: 1, total: 1 };
  return found('count', { candidate }, `${askedOf(subject).version} is not up`);
}

/** Units are few and no chance: the share is taken as it is, without counts. */
function shareOfReady(observed: ObservedRelease | undefined) {
  const { ready = 0, desired = 1 } = observed ?? {};
  if (desired === 0) return unread('noData', 'it has no units', 'ratio');
  const candidate = { value: Math.min(1, ready / desired), samples: desired };
  return found('ratio', { candidate }, `${ready} of ${desired} ready`);
}

/** Where nobody counts crashes, only the units that fell are troubles. */
function healthReading(observed: ObservedRelease, restarts: number | null) {
  const { desired, ready, starting, health, note } = observed;
  if (desired === 0) return unread('noData', 'it has no units', 'count');
  const unready = Math.max(0, desired - ready - starting);
  const none = health === 'unhealthy' && starting === 0 ? 1 : 0;
  const value = Math.max((restarts ?? 0) + unready, none);
  if (value === 0 && health === 'unknown') {
    return unread('partial', note ?? 'the platform cannot tell its health', 'count');
  }
  const candidate = { value, samples: desired, bad: Math.min(value, desired), total: desired };
  return found('count', { candidate }, note ?? healthWords(observed, restarts));
}

function healthWords({ ready, desired }: ObservedRelease, restarts: number | null): string {
  const crashes = !restarts ? '' : `, ${restarts} ${restarts === 1 ? 'crash' : 'crashes'}`;
  return `${ready} of ${desired} ready${crashes}`;
}
