import type { GateSource, Measurement } from '../../src/contract/index.ts';
import { nearest } from '../../src/lib/suggest.ts';
import {
  alertReading,
  byAlertName,
  type FiringAlert,
  filledFor,
  oneOfNames,
} from '../kit/alerts.ts';
import type { ExchangeAnswer, ExchangeQuestion, Sender } from '../kit/exchange.ts';
import { createDesk, jsonIn, Refused } from '../kit/numbers/desk.ts';
import { listOf, messageIn, partOf } from '../kit/numbers/parts.ts';
import { promAnswer, promQuoted } from '../kit/numbers/prom.ts';
import { excerpt, unread } from '../kit/reading.ts';
import { troubleOf } from '../kit/trouble.ts';
import type { PrometheusSettings } from './settings.ts';

type Signing = (
  place: PrometheusSettings['sigv4'],
  question: ExchangeQuestion,
) => Promise<ExchangeQuestion>;

interface AlertDoor {
  readonly root: string;
  readonly headers: Readonly<Record<string, string>>;
  send(question: ExchangeQuestion): Promise<ExchangeAnswer>;
}

/** Do alerts of these names fire? As the server that evaluates them says, or one that has its `ALERTS`. */
export function createAlertSource(sender: Sender, sign: Signing): GateSource<PrometheusSettings> {
  const desk = createDesk(sender);
  return {
    async measure(request) {
      const { settings, signal, window } = request;
      const { address, alerts = [], tenant, sigv4, where } = settings;
      const door: AlertDoor = {
        root: address.replace(/\/+$/, ''),
        headers: tenant === null ? {} : { 'x-scope-orgid': tenant },
        send: async (question) => desk.send(await sign(sigv4, question), settings, signal),
      };
      try {
        signal.throwIfAborted();
        const filled = await filledFor(request, Object.values(where));
        const labels = Object.keys(where).map((name, at) => [name, filled[at] ?? ''] as const);
        const query = alertQuery(alerts, labels);
        const [answer, rules] = await Promise.all([
          promAnswer({ window, send: door.send }, { ...PLAIN_DOOR, ...urlOf(door) }, query),
          alertRulesOf(door),
        ]);
        const firing = firingIn(answer);
        if ('kind' in firing) return firing;
        return deaf(alerts, firing, rules) ?? alertReading(firing, alerts.join(', '));
      } catch (error) {
        return troubleOf(error, signal, 'count');
      }
    },
  };
}

const PLAIN_DOOR = { form: { nocache: '1' }, together: false };
const urlOf = ({ root, headers }: AlertDoor) => ({ url: `${root}/api/v1/query`, headers });

function alertQuery(names: readonly string[], where: readonly (readonly [string, string])[]) {
  const labels = where.map(([name, value]) => `,${name}="${promQuoted(value)}"`).join('');
  return `ALERTS{alertstate="firing",alertname=~"${promQuoted(oneOfNames(names))}"${labels}}`;
}

function firingIn(answer: ExchangeAnswer): readonly FiringAlert[] | Measurement {
  const envelope = jsonIn(answer);
  const result = listOf(envelope, 'data', 'result');
  if (partOf(envelope, 'status') !== 'success' || !result) {
    const said = excerpt(answer.hide(messageIn(envelope) ?? answer.body));
    return unread('sourceError', `it answered ${answer.status} without alerts: ${said}`, 'count');
  }
  const warning = listOf(envelope, 'warnings')?.[0];
  if (warning !== undefined)
    return unread('partial', excerpt(answer.hide(String(warning))), 'count');
  const names = result.map((series) => partOf(series, 'metric', 'alertname'));
  if (!names.every((name) => typeof name === 'string'))
    return unread('sourceError', 'it answers with a series that is not an alert', 'count');
  return byAlertName(names.map((name) => ({ name: answer.hide(name), since: null })));
}

interface AlertRule {
  readonly name: string;
  /** Why it cannot be evaluated; null where it can. */
  readonly fault: string | null;
}

/** It is in trouble, and may tell the next time: until then nobody knows whether the alerts exist. */
const isPassing = ({ status }: Refused) =>
  [408, 425, 429].includes(status) || (status >= 500 && status !== 501);

/** Alerting rules of this server; null where it does not tell them, or tells more than is read. */
async function alertRulesOf({
  root,
  headers,
  send,
}: AlertDoor): Promise<readonly AlertRule[] | null> {
  const url = new URL(`${root}/api/v1/rules?type=alert`);
  try {
    const answer = await send({ url, method: 'GET', headers, body: null });
    const groups = listOf(jsonIn(answer), 'data', 'groups') ?? [];
    return groups
      .flatMap((group) => listOf(group, 'rules') ?? [])
      .map((rule) => ruleIn(rule, answer));
  } catch (error) {
    if (error instanceof Refused && !isPassing(error)) return null;
    throw error;
  }
}

function ruleIn(rule: unknown, { hide }: ExchangeAnswer): AlertRule {
  const isBroken = partOf(rule, 'health') === 'err';
  const said = excerpt(hide(String(partOf(rule, 'lastError') ?? 'no reason given')));
  return { name: hide(String(partOf(rule, 'name'))), fault: isBroken ? said : null };
}

/** An alert that cannot fire is no guard. A server without any rules has its alerts from another. */
function deaf(
  names: readonly string[],
  firing: readonly FiringAlert[],
  rules: readonly AlertRule[] | null,
): Measurement | null {
  if (rules === null || rules.length === 0) return null;
  const known = rules.map(({ name }) => name);
  const silent = names.filter((name) => !firing.some((alert) => alert.name === name));
  const missing = silent.find((name) => !known.includes(name));
  if (missing !== undefined) {
    const meant = nearest(missing, known);
    const hint = meant ? `; did you mean ${meant}?` : '';
    const detail = `no rule of the server is called ${missing}${hint}`;
    return { ...unread('sourceError', detail, 'count'), permanent: true };
  }
  const broken = rules.find(({ name, fault }) => fault !== null && silent.includes(name));
  if (!broken) return null;
  return unread(
    'sourceError',
    `the rule ${broken.name} cannot be evaluated: ${broken.fault}`,
    'count',
  );
}
