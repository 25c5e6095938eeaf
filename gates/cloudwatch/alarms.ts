import type { GateSource, Measurement, MeasureRequest } from '../../src/contract/index.ts';
import { alertReading, type FiringAlert, filledFor } from '../kit/alerts.ts';
import type { ExchangeAnswer } from '../kit/exchange.ts';
import { jsonIn } from '../kit/numbers/desk.ts';
import { listOf, partOf } from '../kit/numbers/parts.ts';
import { unread } from '../kit/reading.ts';
import { troubleOf } from '../kit/trouble.ts';
import type { CloudwatchSettings } from './settings.ts';

type AlarmCall = (
  body: object,
  request: MeasureRequest<CloudwatchSettings>,
) => Promise<ExchangeAnswer>;

/** Are these alarms in the state ALARM? */
export function createAlarmSource(call: AlarmCall): GateSource<CloudwatchSettings> {
  return {
    async measure(request) {
      const { settings, signal } = request;
      try {
        signal.throwIfAborted();
        const names = await filledFor(request, settings.alarms ?? []);
        const types = ['MetricAlarm', 'CompositeAlarm'];
        const answer = await call(
          { AlarmNames: names, AlarmTypes: types, MaxRecords: 100 },
          request,
        );
        const document = jsonIn(answer);
        const kinds = [listOf(document, 'MetricAlarms'), listOf(document, 'CompositeAlarms')];
        const found = kinds.flatMap((alarms) => alarms ?? []);
        if (kinds.every((alarms) => alarms === null))
          return unread('sourceError', `it answered ${answer.status} without alarms`, 'count');
        return alarmReading(names, new Map(found.map((one) => [partOf(one, 'AlarmName'), one])));
      } catch (error) {
        return troubleOf(error, signal, 'count');
      }
    },
  };
}

function alarmReading(
  names: readonly string[],
  alarms: ReadonlyMap<unknown, unknown>,
): Measurement {
  const stateOf = (name: string) => partOf(alarms.get(name), 'StateValue');
  const firing = names.filter((name) => stateOf(name) === 'ALARM');
  // One that fires is a no, whatever is not known of the others.
  if (firing.length > 0)
    return alertReading(
      firing.map((name): FiringAlert => ({ name, since: alarmSince(alarms.get(name)) })),
      names.join(', '),
    );
  const missing = names.find((name) => !alarms.has(name));
  if (missing !== undefined)
    return {
      ...unread('sourceError', `no alarm is called ${missing} in this region`, 'count'),
      permanent: true,
    };
  const blind = names.find((name) => stateOf(name) !== 'OK');
  if (blind === undefined) return alertReading([], names.join(', '));
  const advice = 'TreatMissingData: notBreaching makes it OK where silence is good';
  return unread('noData', `${blind} is in the state ${stateOf(blind)}: ${advice}`, 'count');
}

/** Seconds, or a text. */
function alarmSince(alarm: unknown): number | null {
  const given =
    partOf(alarm, 'StateTransitionedTimestamp') ?? partOf(alarm, 'StateUpdatedTimestamp');
  const at = typeof given === 'number' ? given * 1000 : Date.parse(String(given));
  return Number.isFinite(at) ? at : null;
}
