import { stripVTControlCharacters } from 'node:util';
import { widthOf } from '../../src/lib/wrap.ts';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\r\u001b[2K';
/** Terminals that know it show what lies between at once; the others pass over it. */
const BEGIN_FRAME = '\u001b[?2026h';
const END_FRAME = '\u001b[?2026l';
const CLEAR_BELOW = '\u001b[J';

/** Lines on a terminal that are drawn over the ones before. */
export class Picture {
  readonly #write: (text: string) => void;
  #widths: readonly number[] = [];
  #last = '';
  #isOpen = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#write(HIDE_CURSOR);
  }

  draw(lines: readonly string[], columns: number): void {
    const text = lines.map((line) => `${CLEAR_LINE}${line}\n`).join('');
    if (text === this.#last) return;
    const up = this.#rows(columns);
    const back = up > 0 ? `\u001b[${up}A` : '';
    this.#write(`${BEGIN_FRAME}${back}${text}${CLEAR_BELOW}${END_FRAME}`);
    this.#widths = lines.map((line) => widthOf(stripVTControlCharacters(line)));
    this.#last = text;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#write(SHOW_CURSOR);
  }

  /** Where the terminal has become narrower, what was one line may be two by now. */
  #rows(columns: number): number {
    return this.#widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
  }
}
