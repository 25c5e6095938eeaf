import { REGION } from './bed.ts';

/** Calls to CloudWatch by whoever owns the account, at this server; it does not look at signatures. */
export async function askCloudWatch(
  server: string,
  Action: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const credential = `Credential=OWNER/20260101/${REGION}/monitoring/aws4_request`;
  const answer = await fetch(server, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ Action, Version: '2010-08-01', ...fields }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
}

/** As somebody made it long ago: about failures behind the load balancer. */
export const makeAlarm = (server: string, AlarmName: string) =>
  askCloudWatch(server, 'PutMetricAlarm', {
    AlarmName,
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'HTTPCode_Target_5XX_Count',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: '5',
    Period: '60',
    EvaluationPeriods: '1',
    Statistic: 'Sum',
  });

export const turnAlarm = (
  server: string,
  AlarmName: string,
  StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA',
) => askCloudWatch(server, 'SetAlarmState', { AlarmName, StateValue, StateReason: 'by hand' });
