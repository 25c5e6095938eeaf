import type { RecordBody } from '../../../src/contract/index.ts';
import { type Evidence, isHaunted } from '../evidence.ts';
import type { Entry, Finding } from './finding.ts';

/** Ms after which units that fell, or an old copy that was read, explain nothing any more. */
const REMEMBERED = 15_000;

/** I19: nobody turns, stops or is stuck for what only the way in which something is shown says. */
export function readingIsTakenRight({ record, at }: Entry, evidence: Evidence): Finding {
  const { body } = record;
  const { platform, disturbed, meddled, rescaled } = evidence;
  if (meddled || isHaunted(evidence)) return null;
  if (body.kind === 'paused' && body.stop === 'diverged' && !body.reason.includes(' no healthy'))
    return `nobody moved anything, and it stopped: ${body.reason}`;
  const reason = reasonOf(body);
  const [, id = ''] = UNSERVED.exec(reason) ?? [];
  const isUp = (platform.releases.get(id)?.ready ?? 0) > 0;
  const isCalm = Math.max(disturbed, rescaled) < at - REMEMBERED;
  return isUp && isCalm ? `${id} has units, and the log says: ${reason}` : null;
}

const UNSERVED =
  /(?:^|: )(?:the platform does not list )?(v[\w-]+)(?: has no healthy unit|, which)/;

function reasonOf(body: RecordBody): string {
  if (body.kind === 'turned') return body.reason;
  return body.kind === 'paused' && body.stop === 'stuck' ? body.reason : '';
}
