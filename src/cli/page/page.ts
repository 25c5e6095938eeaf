import type { Reading, Unit } from '../../contract/index.ts';
import { figure } from '../../engine/index.ts';
import { chartOf, clockTime } from './chart.ts';
import { html, type Markup } from './markup.ts';
import { ruleOf } from './rule.ts';
import { boundsOf, firstFail, type GateSeries, type SeriesPoint, unitOfSeries } from './series.ts';
import { STYLE } from './style.ts';

/** What somebody who was woken up reads: what happened, why, and where to look next. */
export interface PageContent {
  readonly title: string;
  /** The outcome in one sentence, and how it is meant. */
  readonly outcome: string;
  readonly tone: 'good' | 'bad' | 'unsure';
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What was done, in order; none where nothing was. */
  readonly steps: readonly PageStep[];
  readonly series: readonly GateSeries[];
  /** Commands and what each is for. */
  readonly next: readonly (readonly [command: string, why: string])[];
}

export interface PageStep {
  readonly at: number;
  readonly words: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

/** Rows of one table; older ones are in the journal. */
const ROWS_MAX = 200;

/** One file that needs nothing else: no script, no font, no picture, no request. */
export function pageText(content: PageContent): string {
  const { title, outcome, tone, facts, steps, series, next } = content;
  const ordered = [...series].sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
  return `<!doctype html>
${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<p class="outcome ${tone}">${outcome}</p>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${steps.length > 0 ? html`<h2>What was done</h2><ol>${steps.map(stepLine)}</ol>` : null}
<h2>Gates</h2>
${ordered.length > 0 ? ordered.map(section) : html`<p>No gate has read anything.</p>`}
<h2>What to look at next</h2>
<ul>${next.map(([command, why]) => html`<li><code>${command}</code> ${why}</li>`)}</ul>
</body>
</html>`}
`;
}

const ORDER = { fail: 0, inconclusive: 1, pass: 2 } as const;
const VERDICT_MARKS = { fail: '✖', inconclusive: '?', pass: '✔' } as const;

const stepLine = ({ at, words, tone }: PageStep): Markup =>
  html`<li class="${tone}"><time>${clockTime(at)}</time> ${words}</li>`;

function section(series: GateSeries): Markup {
  const { gate, spec, verdict, reason, points } = series;
  const unit = unitOfSeries(series);
  const fell = firstFail(series);
  const chart = chartOf(series);
  return html`<section class="${verdict}">
<h3>${VERDICT_MARKS[verdict]} ${gate} <small>${spec.source}</small></h3>
<p class="reason">${reason}</p>
<p><b>Rule:</b> ${ruleOf(spec, unit)}</p>
<p><b>Windows:</b> ${windowsSummary(points)}${fell ? `; failed at ${clockTime(fell.at)}` : ''}</p>
${chart ? html`<figure>${chart}<figcaption>${legendOf(series)}</figcaption></figure>` : null}
${points.length > 0 ? readingsTable(points, unit) : null}
</section>`;
}

function windowsSummary(points: readonly SeriesPoint[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return 'none';
  const ok = points.filter(({ measurement }) => measurement.kind === 'ok').length;
  return `${points.length}, ${ok} of them with data, from ${clockTime(first.at)} to ${clockTime(last.at)}`;
}

function legendOf({ points, spec }: GateSeries): string {
  const hasStable = points.some(({ measurement }) => measurement.stable !== null);
  const { max, min } = spec.judge;
  return [
    'Filled: the new release',
    unitIsCounted(points)
      ? 'with the interval that holds the true share 95 times of a hundred'
      : '',
    hasStable ? 'hollow: stable' : '',
    max !== null || min !== null ? 'dashed: the limit' : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

const unitIsCounted = (points: readonly SeriesPoint[]) =>
  points.some(({ measurement: { candidate, unit } }) => boundsOf(candidate, unit) !== null);

function readingsTable(points: readonly SeriesPoint[], unit: Unit): Markup {
  const rows = points.slice(-ROWS_MAX);
  const left = points.length - rows.length;
  return html`<details><summary>${points.length} readings${left > 0 ? `, the newest ${ROWS_MAX} of them` : ''}</summary>
<table><thead><tr><th>time</th><th>new</th><th>95 % interval</th><th>stable</th><th>verdict</th><th>because</th></tr></thead>
<tbody>${rows.map((point) => readingRow(point, unit))}</tbody></table></details>`;
}

function readingRow({ at, measurement, verdict, reason }: SeriesPoint, unit: Unit): Markup {
  const { candidate, stable, kind } = measurement;
  const bounds = boundsOf(candidate, unit);
  return html`<tr class="${verdict}"><td>${clockTime(at)}</td><td>${readingShown(candidate, unit)}</td><td>${bounds ? `${figure(bounds.low, unit)} to ${figure(bounds.high, unit)}` : '–'}</td><td>${readingShown(stable, unit)}</td><td>${verdict}${kind === 'ok' ? '' : ` (${kind})`}</td><td>${reason}</td></tr>`;
}

function readingShown(reading: Reading | null, unit: Unit): string {
  if (!reading || !Number.isFinite(reading.value)) return '–';
  const { value, bad, total } = reading;
  const counts =
    bad !== undefined && total !== undefined ? ` (${Math.round(bad)} of ${Math.round(total)})` : '';
  return `${figure(value, unit)}${unit === 'ratio' ? counts : ''}`;
}
