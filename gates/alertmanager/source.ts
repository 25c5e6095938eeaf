import type { GateSource, Measurement } from '../../src/contract/index.ts';
import {
  alertReading,
  byAlertName,
  type FiringAlert,
  filledFor,
  oneOfNames,
} from '../kit/alerts.ts';
import type { ExchangeAnswer, Sender } from '../kit/exchange.ts';
import { createDesk, jsonIn } from '../kit/numbers/desk.ts';
import { partOf } from '../kit/numbers/parts.ts';
import { promQuoted } from '../kit/numbers/prom.ts';
import { unread } from '../kit/reading.ts';
import { troubleOf } from '../kit/trouble.ts';
import type { AlertmanagerSettings } from './settings.ts';

/** Do these alerts fire, and has nobody silenced them? */
export function createAlertmanagerSource(sender: Sender): GateSource<AlertmanagerSettings> {
  const desk = createDesk(sender);
  return {
    async measure(request) {
      const { settings, signal } = request;
      const { address, alerts, where } = settings;
      try {
        signal.throwIfAborted();
        const filled = await filledFor(request, Object.values(where));
        const labels = Object.keys(where).map((name, at) => [name, filled[at] ?? ''] as const);
        const url = questionAt(address, alerts, labels);
        const headers = { accept: 'application/json' };
        const question = { url, method: 'GET', headers, body: null };
        const firing = firingInAlertmanager(await desk.send(question, settings, signal));
        return 'kind' in firing ? firing : alertReading(firing, alertsAskedFor(alerts, labels));
      } catch (error) {
        return troubleOf(error, signal, 'count');
      }
    },
  };
}

type AlertLabels = readonly (readonly [name: string, value: string])[];

function questionAt(address: string, alerts: readonly string[], labels: AlertLabels): URL {
  const url = new URL(`${address.replace(/\/+$/, '')}/api/v2/alerts`);
  for (const [name, value] of Object.entries({ active: true, silenced: false, inhibited: false }))
    url.searchParams.set(name, String(value));
  if (alerts.length > 0)
    url.searchParams.append('filter', `alertname=~"${promQuoted(oneOfNames(alerts))}"`);
  for (const [name, value] of labels)
    url.searchParams.append('filter', `${name}="${promQuoted(value)}"`);
  return url;
}

const alertsAskedFor = (alerts: readonly string[], labels: AlertLabels) =>
  [
    alerts.join(', ') || 'the alerts',
    ...(labels.length > 0 ? [labels.map(([name, value]) => `${name}=${value}`).join(', ')] : []),
  ].join(' with ');

function firingInAlertmanager(answer: ExchangeAnswer): readonly FiringAlert[] | Measurement {
  const alerts = jsonIn(answer);
  const wrong = unread('sourceError', `it answered ${answer.status} without alerts`, 'count');
  if (!Array.isArray(alerts)) return wrong;
  const firing: FiringAlert[] = [];
  for (const alert of alerts) {
    const name = partOf(alert, 'labels', 'alertname');
    const since = Date.parse(String(partOf(alert, 'startsAt')));
    const state = partOf(alert, 'status', 'state');
    if (typeof name !== 'string' || typeof state !== 'string') return wrong;
    if (state !== 'suppressed')
      firing.push({ name: answer.hide(name), since: Number.isFinite(since) ? since : null });
  }
  return byAlertName(firing);
}
