import { type Evidence, isHaunted } from '../evidence.ts';
import type { Entry, Finding } from './finding.ts';

const REFUSED = /(v[\w-]+) should have ([\d.]+) % of the traffic and has/;

/** I19: nobody stops for weights that are only shown otherwise than they are. */
export function readingIsTakenRight({ record, at }: Entry, evidence: Evidence): Finding {
  const { body } = record;
  const { platform, disturbed, meddled, rescaled } = evidence;
  if (meddled || isHaunted(evidence) || Math.max(disturbed, rescaled) >= at - REMEMBERED)
    return null;
  const [, id = '', wanted = ''] = REFUSED.exec(body.kind === 'paused' ? body.reason : '') ?? [];
  const isRight = id !== '' && Math.abs((platform.split?.[id] ?? 0) - Number(wanted)) < 0.05;
  return isRight ? `${id} has the traffic that it should have, and it stopped` : null;
}

/** Ms after which an old copy that was read explains nothing any more. */
const REMEMBERED = 60_000;
