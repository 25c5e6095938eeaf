import { closeSync, constants, fstatSync, openSync, renameSync, statSync, write } from 'node:fs';
import { dirname } from 'node:path';
import { flawAt, flawOnWay } from '../../../src/lib/safe-files/descent.ts';
import { wordsOf } from '../../../src/lib/safe-files/flaw.ts';

/** Between two writes: lines are gathered, so that none of them costs a request its own. */
const EVERY = 200;
/** Of lines that wait for a disk; what comes beyond is left out, and counted. */
const MOST_WAITING = 4 * 1024 * 1024;
const APPEND =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK;

export interface Sink {
  write(line: string): void;
  close(): void;
}

/** Goes where the output of the edge itself goes. */
export const stdoutSink: Sink = {
  write: (line) => void process.stdout.write(line),
  close: () => {},
};

/** A file that is begun anew when it is full, or when somebody has moved it away. Never waits. */
export class FileSink implements Sink {
  #path: string;
  #maxSize: number;
  #file: number | null = null;
  #waiting: string[] = [];
  #size = 0;
  #left = 0;
  #writing = false;
  #closed = false;
  #complained = '';
  #timer: NodeJS.Timeout;

  constructor(path: string, maxSize: number) {
    this.#path = path;
    this.#maxSize = maxSize;
    this.#timer = setInterval(() => this.#flush(), EVERY);
    this.#timer.unref();
  }

  write(line: string): void {
    if (this.#size > MOST_WAITING) this.#left++;
    else {
      this.#waiting.push(line);
      this.#size += line.length;
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#flush();
  }

  #flush(): void {
    if (this.#writing || (this.#waiting.length === 0 && !this.#closed)) return;
    try {
      const file = this.#opened();
      const lines = this.#taken();
      this.#writing = true;
      writeAll(file, Buffer.from(lines), (error) => {
        this.#writing = false;
        if (error) this.#complain(error);
        if (this.#closed) this.#release();
      });
    } catch (error) {
      this.#taken();
      this.#complain(error as Error);
    }
  }

  #taken(): string {
    if (this.#left > 0) this.#complain(new Error(`${this.#left} lines were left out`));
    this.#left = 0;
    const lines = this.#waiting.join('');
    this.#waiting = [];
    this.#size = 0;
    return lines;
  }

  #opened(): number {
    const there = statSync(this.#path, { throwIfNoEntry: false });
    if (this.#file !== null) {
      const { ino, size } = fstatSync(this.#file);
      if (there?.ino === ino && size < this.#maxSize) return this.#file;
      if (there?.ino === ino) renameSync(this.#path, `${this.#path}.1`);
      this.#release();
    } else if (there && there.size >= this.#maxSize) renameSync(this.#path, `${this.#path}.1`);
    this.#file = openLog(this.#path);
    return this.#file;
  }

  #release(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** Once for each trouble: this log has a size of its own. */
  #complain({ message }: Error): void {
    if (message === this.#complained) return;
    this.#complained = message;
    process.stderr.write(`access log: ${message}\n`);
  }
}

/** A place where somebody else could put a link of his would have us write into any file of ours. */
function openLog(path: string): number {
  const flaw = flawOnWay(path) ?? flawAt(dirname(path)) ?? flawAt(path);
  if (flaw) throw new Error(`${path} is not written: ${wordsOf(flaw)}`);
  const file = openSync(path, APPEND, 0o600);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new Error(`${path} is not a file`);
}

function writeAll(file: number, bytes: Buffer, done: (error: Error | null) => void): void {
  write(file, bytes, (error, written) => {
    if (error || written >= bytes.length) done(error);
    else writeAll(file, bytes.subarray(written), done);
  });
}
