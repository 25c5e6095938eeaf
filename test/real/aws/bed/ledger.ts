import type { Bed } from './bed.ts';
import { type Call, isRead } from './call.ts';
import { KEY } from './fixture.ts';
import type { Network } from './network.ts';
import type { Tree } from './query.ts';

const LOOK = 'look';

/** What was called for deployctl since it was opened, as people read it. */
export class Ledger {
  #bed: Bed;
  #network: Network;
  #from: number;

  constructor(bed: Bed, network: Network) {
    this.#bed = bed;
    this.#network = network;
    this.#from = bed.front.calls.length;
  }

  get calls(): readonly { readonly call: Call; readonly at: number }[] {
    return this.#bed.front.calls.slice(this.#from).filter(({ call }) => call.caller.key === KEY);
  }

  /** The calls before the first of that name. */
  before(action: string): Ledger['calls'] {
    const { calls } = this;
    return calls.slice(
      0,
      calls.findIndex(({ call }) => call.action === action),
    );
  }

  /** Each write with what it says; the looks between two writes as one line, however many there were. */
  told(): string {
    // What was read just before it was opened may still have served.
    const lines: string[] = [LOOK];
    for (const { call } of this.calls) {
      if (!isRead(call)) lines.push(...this.#write(call));
      else if (lines.at(-1) !== LOOK) lines.push(LOOK);
    }
    return lines.join('\n');
  }

  #write({ action, form, path, body }: Call): string[] {
    const { Action: _, Version: __, ...told } = form;
    const said = Object.keys(form).length > 0 ? told : spokenIn(path, body);
    return [
      action,
      ...entries(said).map(
        ([path, value]) => `  ${path}: ${path === 'Priority' ? value : this.#named(value)}`,
      ),
    ];
  }

  /** Without what differs from run to run. */
  #named(text: string): string {
    const { listener, groups } = this.#network;
    const named = text
      .replaceAll(listener, 'LISTENER')
      .replaceAll(groups[0] ?? 'none', 'BLUE')
      .replaceAll(groups[1] ?? 'none', 'GREEN')
      .replace(/^arn:.*:listener-rule\/.*$/, 'RULE');
    return (
      named
        .replace(/shop-\d+-(blue|green)/g, 'shop-$1')
        .replace(/127\.\d+\.\d+\.(\d+)/g, '10.0.0.$1')
        .replace(/:\d{4,5}\b/g, ':8080')
        .replace(/^\d{4,5}$/, '8080')
        .replace(/-[0-9a-f]{8}$/, '-ID')
        .replace(/^[0-9a-z]{8}$/, 'DEPLOYMENT')
        // What a release is made of, as its tags have it.
        .replace(/^eyJ[A-Za-z0-9+/=]+$/, 'SPEC')
        .replace(/^lt-[0-9a-f]+$/, 'TEMPLATE')
        .replace(/\b\d{13}\b/, 'TIME')
        .replace(/\b[0-9a-z-]{8,}\/[\w.-]+/g, 'KEY')
    );
  }
}

/** What is said in JSON, beside what stands in the path. */
function spokenIn(path: string, body: Buffer): Tree {
  const asked = new URL(path, 'http://none').searchParams;
  const said = JSON.parse(body.toString() || '{}', (_, value) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  ) as { readonly [name: string]: Tree };
  return { ...Object.fromEntries(asked), ...said };
}

function entries(tree: Tree, path = ''): [string, string][] {
  if (typeof tree === 'string') return [[path, tree]];
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (Array.isArray(tree))
    return (tree as readonly Tree[]).flatMap((part, n) => entries(part, at(String(n + 1))));
  return Object.entries(tree).flatMap(([name, part]) => entries(part as Tree, at(name)));
}
