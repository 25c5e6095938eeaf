import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type {
  GateSource,
  Measurement,
  MeasureRequest,
  SourceMeans,
} from '../../src/contract/index.ts';
import { heeding } from '../kit/deadline.ts';
import { excerpt, found, unread } from '../kit/reading.ts';
import { headerLines, reveal } from '../kit/secrets.ts';
import { noWayTo } from '../kit/subject.ts';
import { troubleOf } from '../kit/trouble.ts';
import type { LoadToolSettings } from './settings.ts';
import { readSummary, type Summary } from './summaries.ts';

/** What k6 ends with when limits of the script's own were crossed. */
const CROSSED = 99;
const LONGEST_SUMMARY = 4 * 1024 * 1024;
/** Characters of the end, where commands say what was wrong. */
const LONGEST_SAID = 300;

type LoadMeans = Pick<SourceMeans, 'env' | 'cwd' | 'readSecret'> &
  Partial<Pick<SourceMeans, 'redact'>>;
type ReachedWay = NonNullable<Awaited<ReturnType<MeasureRequest['reach']>>>;

interface RanTool {
  readonly code: number;
  readonly ended?: string;
  readonly output: string;
  readonly summary: string;
}

/** How did the requests of a load tool of the user's fare? */
export function createLoadToolSource(means: LoadMeans): GateSource<LoadToolSettings> {
  return {
    async measure(request) {
      const { settings, subject, signal } = request;
      const unit = settings.measure === 'errors' ? 'ratio' : 'ms';
      try {
        signal.throwIfAborted();
        const to = settings.to === 'public' ? 'service' : 'asked';
        const way = await heeding(signal, request.reach(to));
        if (!way) return unread('sourceError', noWayTo(subject), unit);
        const needsSome = Object.keys(way.headers).length > 0;
        if (needsSome && !settings.sendsHeaders) return needsHeaders(way.headers, unit);
        const ran = await run(means, request, way);
        if (signal.aborted) return troubleOf(signal.reason, signal, unit);
        return readingOf(settings, ran);
      } catch (error) {
        return troubleOf(error, signal, unit);
      }
    },
  };
}

/** Without them the load would fall on the other release, and be taken for the numbers of this one. */
function needsHeaders(
  headers: Readonly<Record<string, unknown>>,
  unit: Measurement['unit'],
): Measurement {
  const names = Object.keys(headers).join(', ');
  const words = `the candidate is reached by a header (${names}) that the tool does not send`;
  const next = 'let it send DEPLOYCTL_HEADERS and say `sendsHeaders: true`, or use `to: public`';
  return { ...unread('sourceError', `${words}: ${next}`, unit), permanent: true };
}

async function run(
  means: LoadMeans,
  { settings, subject, signal }: MeasureRequest<LoadToolSettings>,
  way: ReachedWay,
): Promise<RanTool> {
  const { env, cwd } = means;
  const { headers, hide } = await reveal(way.headers, means);
  const { runCommand } = await import('../../src/clients/command.ts');
  const file = settings.summary === null ? null : resolve(cwd, settings.summary);
  const before = file === null ? null : await fileState(file);
  const at = way.url.replace(/\/$/, '');
  const words = settings.run.map((word) => word.replaceAll('{{address}}', at));
  const told = {
    DEPLOYCTL_ADDRESS: at,
    DEPLOYCTL_HEADERS: headerLines(headers),
    DEPLOYCTL_DEPLOYMENT: subject.deployment,
  };
  const ran = await runCommand(words, { env: { ...env, ...told }, cwd, signal, redact: hide });
  if (file === null) return { ...ran, summary: ran.output };
  const after = await fileState(file);
  const isNew = after !== null && after.mtimeNs !== before?.mtimeNs;
  if (isNew && after.size > LONGEST_SUMMARY) throw new Error(`its summary has ${after.size} bytes`);
  const text = isNew ? await readFile(file, 'utf8') : '';
  return { ...ran, summary: hide(text) };
}

/** Null where there is none: one that was there before the tool ran is not its own. */
const fileState = (file: string) => stat(file, { bigint: true }).catch(() => null);

function readingOf({ tool, measure }: LoadToolSettings, ran: RanTool): Measurement {
  const unit = measure === 'errors' ? 'ratio' : 'ms';
  const { code, ended, output } = ran;
  if (code !== 0) {
    const crossed = tool === 'k6' && code === CROSSED;
    const why = crossed ? 'says that limits of the script were crossed' : `ended with exit ${code}`;
    const said = excerpt(output.slice(-LONGEST_SAID));
    return unread('sourceError', `${tool} ${ended ?? why}${said ? `: ${said}` : ''}`, unit);
  }
  const summary = summaryOf(tool, ran.summary);
  if (typeof summary === 'string') return unread('sourceError', summary, unit);
  const { total, bad, took } = summary;
  if (total === 0) return unread('noData', `${tool} has sent no request`, unit);
  const value = measure === 'errors' ? bad / total : took[measure];
  if (value === undefined) {
    const trouble = unread('sourceError', `the summary of ${tool} has no ${measure}`, unit);
    return { ...trouble, permanent: true };
  }
  const counts = measure === 'errors' ? { bad, total } : {};
  const detail = `${tool}: ${bad} of ${total} requests failed${quantileWords(took)}`;
  return found(unit, { candidate: { value, samples: total, ...counts } }, detail);
}

function summaryOf(tool: LoadToolSettings['tool'], text: string): Summary | string {
  if (text === '') return `${tool} left no summary`;
  try {
    return readSummary(tool, text);
  } catch (error) {
    return `the summary of ${tool} cannot be read: ${(error as Error).message}`;
  }
}

function quantileWords({ p99, p95 }: Summary['took']): string {
  if (p99 !== undefined) return `, p99 ${Math.ceil(p99)} ms`;
  return p95 === undefined ? '' : `, p95 ${Math.ceil(p95)} ms`;
}
