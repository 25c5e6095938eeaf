import type { Unit } from '../../contract/index.ts';
import { figure } from '../../engine/index.ts';
import { html, type Markup } from './markup.ts';
import { boundsOf, firstFail, type GateSeries, type SeriesPoint, unitOfSeries } from './series.ts';

const WIDTH = 760;
const HEIGHT = 200;
const LEFT = 76;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;
/** More cannot be told from each other, and would make the file large. */
const DRAWN_MAX = 400;

interface ChartScale {
  x(at: number): string;
  y(value: number): string;
  readonly top: number;
}

/** Values over time with what they are sure to, the limit, and where it fell. */
export function chartOf(series: GateSeries): Markup | null {
  const unit = unitOfSeries(series);
  const points = thinned(series.points.filter(({ measurement }) => measurement.kind === 'ok'));
  if (points.length === 0 || unit === 'yesNo') return null;
  const scale = scaleOf(series, points, unit);
  const fell = firstFail(series);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${series.gate} over time">
${gridOf(scale, unit)}
${timesOf(points, scale)}
${limitLinesOf(series, scale, unit)}
${points.map((point) => stablePoint(point, scale, unit))}
${points.map((point) => candidatePoint(point, scale, unit))}
${fell ? html`<line class="fell" x1="${scale.x(fell.at)}" x2="${scale.x(fell.at)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>` : null}
</svg>`;
}

/** Evenly, and none that says no is left out. */
function thinned(points: readonly SeriesPoint[]): readonly SeriesPoint[] {
  const every = Math.ceil(points.length / DRAWN_MAX);
  return points.filter(({ verdict }, index) => index % every === 0 || verdict === 'fail');
}

function scaleOf({ spec }: GateSeries, points: readonly SeriesPoint[], unit: Unit): ChartScale {
  const values = points.flatMap(({ measurement: { candidate, stable } }) =>
    [candidate, stable].flatMap((reading) =>
      reading ? [reading.value, boundsOf(reading, unit)?.high ?? reading.value] : [],
    ),
  );
  const limits = [spec.judge.max, spec.judge.min].filter((limit) => limit !== null);
  const highest = Math.max(...values.filter(Number.isFinite), ...limits, 0) || 1;
  const top = unit === 'ratio' ? Math.min(1, highest * 1.1) : highest * 1.1;
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 1];
  const across = WIDTH - LEFT - RIGHT;
  const x = (at: number) => fixed(LEFT + ((at - from) / Math.max(1, to - from)) * across);
  const y = (value: number) =>
    fixed(HEIGHT - BOTTOM - (Math.min(top, Math.max(0, value)) / top) * (HEIGHT - TOP - BOTTOM));
  return { x, y, top };
}

const fixed = (number: number) => number.toFixed(1);

function gridOf({ y, top }: ChartScale, unit: Unit): readonly Markup[] {
  return [0, 0.5, 1].map(
    (
      part,
    ) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(top * part)}" y2="${y(top * part)}"/>
<text class="axis" x="${LEFT - 8}" y="${y(top * part)}" text-anchor="end" dy="4">${figure(top * part, unit)}</text>`,
  );
}

function timesOf(points: readonly SeriesPoint[], { x }: ChartScale): readonly Markup[] {
  const ends = [points[0], points.length > 1 ? points.at(-1) : undefined];
  return ends.flatMap((point, index) =>
    point
      ? [
          html`<text class="axis" x="${x(point.at)}" y="${HEIGHT - 6}" text-anchor="${index === 0 ? 'start' : 'end'}">${clockTime(point.at)}</text>`,
        ]
      : [],
  );
}

function limitLinesOf({ spec }: GateSeries, { y }: ChartScale, unit: Unit): readonly Markup[] {
  const { max, min } = spec.judge;
  return [max, min].flatMap((limit) =>
    limit === null
      ? []
      : [
          html`<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(limit)}" y2="${y(limit)}"><title>limit ${figure(limit, unit)}</title></line>`,
        ],
  );
}

function stablePoint(
  { at, measurement }: SeriesPoint,
  { x, y }: ChartScale,
  unit: Unit,
): Markup | null {
  const { stable } = measurement;
  if (!stable || !Number.isFinite(stable.value)) return null;
  return html`<circle class="stable" cx="${x(at)}" cy="${y(stable.value)}" r="2.5"><title>stable ${figure(stable.value, unit)}</title></circle>`;
}

function candidatePoint(point: SeriesPoint, { x, y }: ChartScale, unit: Unit): Markup | null {
  const { candidate } = point.measurement;
  if (!candidate || !Number.isFinite(candidate.value)) return null;
  const bounds = boundsOf(candidate, unit);
  const at = x(point.at);
  const reach = bounds
    ? html`<line class="bounds ${point.verdict}" x1="${at}" x2="${at}" y1="${y(bounds.low)}" y2="${y(bounds.high)}"/>`
    : null;
  return html`<g>${reach}<circle class="${point.verdict}" cx="${at}" cy="${y(candidate.value)}" r="3.5"/><title>${clockTime(point.at)}: ${point.reason}</title></g>`;
}

/** In the time of the world: the page is sent to people elsewhere. */
export const clockTime = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
