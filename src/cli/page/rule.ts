import type { GateSpec, JudgeSpec, Unit } from '../../contract/index.ts';
import { figure } from '../../engine/index.ts';
import { formatDuration } from '../../lib/duration.ts';

/** By what a gate judges, as one would say it. */
export function ruleOf(spec: GateSpec, unit: Unit): string {
  const { interval, windowed, delay, advisory } = spec;
  const rules = [
    ...limitWords(spec.judge, unit),
    ...patienceWords(spec.judge),
    windowed
      ? `windows of ${formatDuration(interval)}${delay > 0 ? `, asked for ${formatDuration(delay)} later` : ''}`
      : `asked every ${formatDuration(interval)}`,
    advisory ? 'advisory: it decides nothing' : null,
  ];
  return rules.filter((rule) => rule !== null).join('; ');
}

function limitWords(
  { max, min, compare, kayenta }: JudgeSpec,
  unit: Unit,
): readonly (string | null)[] {
  if (unit === 'yesNo') return ['must answer as expected'];
  return [
    max === null ? null : `at most ${figure(max, unit)}`,
    min === null ? null : `at least ${figure(min, unit)}`,
    kayenta ? kayentaWords(kayenta) : null,
    compare && `not worse than ${compare.ratio} times stable${besides(compare, unit)}`,
  ];
}

function kayentaWords({ direction, critical, pass, marginal }: NonNullable<JudgeSpec['kayenta']>) {
  const fails = direction === 'either' ? 'High or Low' : direction === 'increase' ? 'High' : 'Low';
  const weight = critical ? ' (critical)' : '';
  return `by Kayenta's judge: ${fails} counts against it${weight}; score ${marginal} to go on, ${pass} at last`;
}

function patienceWords(judge: JudgeSpec): readonly (string | null)[] {
  const { consecutive, minSamples, pass, failureLimit = 0 } = judge;
  return [
    consecutive > 1 ? `fails after ${consecutive} breaches in a row` : null,
    judge.for > 0 ? `fails when it lasts ${formatDuration(judge.for)}` : null,
    failureLimit > 0 ? `${failureLimit} breaches are borne` : null,
    minSamples > 1 ? `passes from ${minSamples} samples on` : null,
    pass ? 'a pass needs evidence' : null,
    judge.onNoData === 'pass' ? 'no data passes, as asked for in writing' : null,
  ];
}

function besides({ difference, floor }: NonNullable<JudgeSpec['compare']>, unit: Unit): string {
  const more = difference > 0 ? ` and ${figure(difference, unit)} more` : '';
  return floor > 0 ? `${more}, where it is above ${figure(floor, unit)}` : more;
}
