import { spinners } from 'ora';
import type { Reporter } from '../../src/contract/index.ts';
import { type Output, writerTo } from '../kit/output.ts';
import { paintOf } from '../kit/paint.ts';
import { EMPTY_VIEW, reduce, type ViewState } from '../kit/view-state.ts';
import { render } from './live-view.ts';
import { Picture } from './picture.ts';
import type { Screen } from './screen.ts';

export interface TerminalOptions extends Output {
  /** Calls again and again until told to stop; a test brings its own. */
  readonly ticker?: (interval: number, tick: () => void) => () => void;
  /** Has the cursor shown again should the process end without a close. */
  readonly onExit?: (restore: () => void) => () => void;
}

const INTERVAL = 100;
const { frames } = spinners.dots;
const DEFAULT_SIZE = { columns: 80, rows: 24 } as const;

/** The live view of a deployment. Redraws in place; what is drawn last stays. */
export function terminalReporter(options: TerminalOptions): Reporter {
  const { stream, color, now, typed, ticker = everyInterval, onExit = atExit } = options;
  const picture = new Picture(writerTo(stream));
  const paint = paintOf(color);
  const clean: (() => void)[] = [];
  let state: ViewState = EMPTY_VIEW;
  let isClosed = false;

  const size = () => ({
    columns: stream.columns || DEFAULT_SIZE.columns,
    rows: stream.rows || DEFAULT_SIZE.rows,
  });
  const draw = (over: Partial<Screen> = {}) => {
    const frame = frames[Math.floor(now() / INTERVAL) % frames.length] ?? '';
    const { columns, rows } = size();
    // The last row is the cursor's own.
    const screen = { columns, rows: rows - 1, now: now(), paint, frame, typed, ...over };
    picture.draw(render(state, screen), columns);
  };
  const open = () => {
    picture.open();
    clean.push(
      onExit(() => picture.close()),
      ticker(INTERVAL, draw),
    );
    draw();
  };
  return {
    report(event) {
      if (isClosed) return;
      const isFirst = state === EMPTY_VIEW;
      state = reduce(state, event);
      if (isFirst) open();
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      for (const undo of clean.reverse()) undo();
      if (state !== EMPTY_VIEW) draw({ rows: Infinity, frame: '' });
      picture.close();
    },
  };
}

function everyInterval(interval: number, tick: () => void): () => void {
  const timer = setInterval(() => tick(), interval);
  timer.unref();
  return () => clearInterval(timer);
}

function atExit(restore: () => void): () => void {
  process.once('exit', restore);
  return () => process.off('exit', restore);
}
