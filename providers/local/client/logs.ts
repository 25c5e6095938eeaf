import { StringDecoder } from 'node:string_decoder';
import { setImmediate as immediate } from 'node:timers/promises';
import type { JsonObject, LogLine, LogOptions } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { demandOwn, localConnectionOf, replicaFiles } from '../home/folder.ts';
import { lastWrite, readFrom, sizeOf, tail } from '../home/log-file.ts';
import { linesTimed } from '../home/log-times.ts';

const LOGS_LOOK_INTERVAL_MS = 200;
/** Of one log in a row. */
const MOST_READS = 64;

/** What the replicas wrote, whether they still run or not. */
export async function logs(
  connection: JsonObject,
  { release, follow, lines, signal }: LogOptions,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const { home } = localConnectionOf(connection);
  demandOwn(home, { make: false });
  const files = new Map<string, Follower>();
  const wanted = () =>
    replicaFiles(home, 'log').filter(({ release: id }) => !release || id === release);
  if (lines !== Infinity) {
    const past = wanted().flatMap(({ release: id, n, path }) => {
      const say = (text: string) => onLine({ release: id, replica: n, text });
      files.set(path, new Follower(path, say, sizeOf(path)));
      return linesTimed(lines > 0 ? tail(path, lines) : [], lastWrite(path)).map((line) => ({
        ...line,
        say,
      }));
    });
    for (const { text, say } of past.sort((a, b) => a.at - b.at)) say(text);
  }
  for (let first = true; first || (follow && !signal.aborted); first = false) {
    for (const { release: id, n, path } of wanted()) {
      const say = (text: string) => onLine({ release: id, replica: n, text });
      const file = files.get(path) ?? new Follower(path, say, 0);
      files.set(path, file);
      // One that grows faster than it is read keeps neither the others nor a signal waiting.
      for (let n = 0; n < MOST_READS && !signal.aborted && file.look(); n++) await immediate();
    }
    if (follow) await systemClock.sleep(LOGS_LOOK_INTERVAL_MS, signal);
  }
}

/** A longer line is told in pieces. */
const LONGEST_LINE = 1024 * 1024;

/** Reads on where it stopped; the last line waits until it is complete. */
class Follower {
  #path: string;
  #say: (text: string) => void;
  #offset = 0;
  #rest = '';
  /** Of a sign that one read ended in. */
  #decoder = new StringDecoder('utf8');

  constructor(path: string, say: (text: string) => void, offset: number) {
    this.#path = path;
    this.#say = say;
    this.#offset = offset;
  }

  /** Whether more is there already. */
  look(): boolean {
    const { bytes, offset, end } = readFrom(this.#path, this.#offset);
    if (offset < this.#offset) this.#rest = '';
    this.#offset = offset;
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#say(line);
    if (this.#rest.length > LONGEST_LINE) {
      this.#say(this.#rest);
      this.#rest = '';
    }
    return !end;
  }
}
