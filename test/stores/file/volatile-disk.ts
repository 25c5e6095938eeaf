import { constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Disk } from '../../../stores/file/disk.ts';

interface File {
  text: string;
  /** What a power cut surely leaves; null before the first sync. */
  synced: string | null;
}

type Entries = Map<string, Node>;
type Change = (entries: Entries) => void;

interface Folder {
  readonly entries: Entries;
  readonly synced: Entries;
  /** Made since the last sync: each of them may outlive a power cut, or not, without the others. */
  pending: Change[];
}

type Node = File | Folder;

const isFolder = (node: Node): node is Folder => 'entries' in node;
const emptyFolder = (): Folder => ({ entries: new Map(), synced: new Map(), pending: [] });
const failed = (code: string) => Object.assign(new Error(code), { code });
const never = () => new Promise<never>(() => {});

/** Decides between `ways` possibilities. */
export type Choice = (ways: number) => number;

export interface Power {
  /** After so many operations of all processes together nothing goes on. */
  readonly cutAfter?: number;
  /** How many turns others get before an operation takes place. */
  readonly delay?: Choice;
  /** Answers a sync without doing it. */
  readonly ignores?: 'files' | 'folders' | undefined;
}

/**
 * A disk as bad as the rules allow: without a sync nothing of a file's content need be there, without
 * a sync of its folder no name, and what is there need not be what was done first.
 */
export class VolatileDisk {
  readonly #root: Folder;
  readonly #power: Power;
  #operations = 0;

  constructor(power: Power = {}, root = emptyFolder()) {
    this.#power = power;
    this.#root = root;
  }

  get operations(): number {
    return this.#operations;
  }

  /** The disk as one process sees it, which is killed after so many operations of its own. */
  process(killedAfter = Number.POSITIVE_INFINITY): Disk {
    let operations = 0;
    const turn = async () => {
      for (let wait = this.#power.delay?.(4) ?? 0; wait > 0; wait--) await Promise.resolve();
      if (operations >= killedAfter) return never();
      if (this.#operations >= (this.#power.cutAfter ?? Number.POSITIVE_INFINITY)) return never();
      operations += 1;
      this.#operations += 1;
    };
    const after =
      <A extends unknown[], T>(work: (...given: A) => T) =>
      async (...given: A): Promise<T> => {
        await turn();
        return work(...given);
      };
    return {
      open: after((path: string, flags: number) => this.#open(path, flags, turn)),
      link: after((from: string, to: string) => this.#link(from, to)),
      rename: after((from: string, to: string) => this.#rename(from, to)),
      unlink: after((path: string) => this.#unlink(path)),
      mkdir: after((path: string) => this.#mkdir(path)),
      readdir: after((path: string) => [...this.#folder(path).entries.keys()]),
      readFile: after((path: string) => this.#file(path).text),
      lstat: after((path: string) => this.#entry(path)),
      stat: after((path: string) => this.#entry(path)),
      flawOnWay: () => null,
      flawAt: () => null,
    };
  }

  /** What is found when the power is back, for one choice of what had reached the disk by itself. */
  afterCut(choose: Choice): VolatileDisk {
    const known = new Map<Node, Node>();
    const survive = (node: Node): Node => {
      const before = known.get(node);
      if (before) return before;
      const after = isFolder(node) ? emptyFolder() : survivingFile(node, choose);
      known.set(node, after);
      if (isFolder(node) && isFolder(after)) {
        const entries = new Map(node.synced);
        for (const change of node.pending) if (choose(2)) change(entries);
        for (const [name, child] of entries) {
          after.entries.set(name, survive(child));
          after.synced.set(name, survive(child));
        }
      }
      return after;
    };
    return new VolatileDisk({}, survive(this.#root) as Folder);
  }

  #find(path: string): Node {
    let node: Node = this.#root;
    for (const name of path.split('/').filter(Boolean)) {
      if (!isFolder(node)) throw failed('ENOTDIR');
      const next = node.entries.get(name);
      if (!next) throw failed('ENOENT');
      node = next;
    }
    return node;
  }

  #folder(path: string): Folder {
    const node = this.#find(path);
    if (!isFolder(node)) throw failed('ENOTDIR');
    return node;
  }

  #file(path: string): File {
    const node = this.#find(path);
    if (isFolder(node)) throw failed('EISDIR');
    return node;
  }

  #change(folder: Folder, change: Change): void {
    change(folder.entries);
    folder.pending.push(change);
  }

  #set(path: string, node: Node): void {
    this.#change(this.#folder(dirname(path)), (entries) => entries.set(nameOf(path), node));
  }

  #open(path: string, flags: number, turn: () => Promise<void>) {
    const node = flags & constants.O_CREAT ? this.#new(path) : this.#find(path);
    return {
      writeFile: async (text: string) => {
        for (const part of [text.slice(0, text.length / 2), text.slice(text.length / 2)]) {
          await turn();
          (node as File).text += part;
        }
      },
      sync: () => (isFolder(node) ? this.#syncFolder(node, turn) : this.#syncFile(node, turn)),
      close: turn,
    };
  }

  #new(path: string): File {
    if (this.#folder(dirname(path)).entries.has(nameOf(path))) throw failed('EEXIST');
    const file = { text: '', synced: null };
    this.#set(path, file);
    return file;
  }

  async #syncFile(file: File, turn: () => Promise<void>): Promise<void> {
    const { text } = file;
    await turn();
    if (this.#power.ignores !== 'files') file.synced = text;
  }

  async #syncFolder(folder: Folder, turn: () => Promise<void>): Promise<void> {
    const changes = [...folder.pending];
    await turn();
    if (this.#power.ignores === 'folders') return;
    for (const change of changes) change(folder.synced);
    folder.pending = folder.pending.filter((change) => !changes.includes(change));
  }

  #link(from: string, to: string): void {
    if (this.#folder(dirname(to)).entries.has(nameOf(to))) throw failed('EEXIST');
    this.#set(to, this.#file(from));
  }

  #rename(from: string, to: string): void {
    this.#set(to, this.#file(from));
    this.#unlink(from);
  }

  #unlink(path: string): void {
    this.#file(path);
    this.#change(this.#folder(dirname(path)), (entries) => entries.delete(nameOf(path)));
  }

  #mkdir(path: string): void {
    let at = '';
    for (const name of path.split('/').filter(Boolean)) {
      const above = this.#folder(at);
      at += `/${name}`;
      if (!above.entries.has(name)) this.#set(at, emptyFolder());
    }
  }

  #entry(path: string) {
    const node = this.#find(path);
    return {
      uid: process.geteuid?.() ?? 0,
      mode: 0o700,
      isDirectory: () => isFolder(node),
      isSymbolicLink: () => false,
    };
  }
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** All of it where it was synced; else as it was, as it is, or a part, or as long as it should be. */
function survivingFile({ text, synced }: File, choose: Choice): File {
  const before = synced ?? '';
  const ways = [before, text, text.slice(0, text.length / 2), '\0'.repeat(text.length)];
  const left = text === synced ? text : (ways[choose(ways.length)] as string);
  return { text: left, synced: left };
}
