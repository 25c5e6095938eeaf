import { Caller } from './caller.ts';
import { openSigned, type SignedEnv, type SignedPlace, signedError } from './signed.ts';

/** Services that take a form and answer in XML: the version of what they take. */
const VERSIONS = { autoscaling: '2011-01-01', ec2: '2016-11-15' } as const;
type QueryService = keyof typeof VERSIONS;

/** An answer as a tree: `member` and `item` are lists, everything else has a name or is text. */
export type QueryTree = string | readonly QueryTree[] | { readonly [name: string]: QueryTree };

/** `Groups.member.1` and the like, spelled out by whoever asks. */
export type QueryForm = Readonly<Record<string, string | number | undefined>>;

export interface QuerySender {
  send(
    action: string,
    form: QueryForm,
    options: { readonly abortSignal?: AbortSignal },
  ): Promise<QueryTree>;
}

/** The door to a service of the older protocol. */
export function openQuery(
  name: QueryService,
  env: SignedEnv,
  place: SignedPlace,
): Caller<QuerySender> {
  const send = openSigned(name, env, place);
  return new Caller<QuerySender>({
    send: async (action, form, { abortSignal }) => {
      const given = Object.entries(form).filter(([, value]) => value !== undefined);
      const body = new URLSearchParams([
        ['Action', action],
        ['Version', VERSIONS[name]],
        ...given.map(([key, value]): [string, string] => [key, String(value)]),
      ]).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const answer = await send({ method: 'POST', path: '/', headers, body }, abortSignal);
      if (answer.ok) return treeOf(answer.text);
      const said = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(answer.text)?.[1];
      throw signedError(answer, {
        name: said('Code'),
        message: unescaped(said('Message')),
        requestId: said('RequestId') ?? said('RequestID'),
      });
    },
  });
}

const TAG = /<(\/?)([\w:.-]+)([^>]*?)(\/?)>|<\?[^>]*\?>/g;
const LISTS = new Set(['member', 'item']);

/** What stands within the outermost element. No service that is asked here sends attributes that matter. */
export function treeOf(xml: string): QueryTree {
  const root: Open = { children: [], text: '' };
  const open = [root];
  let from = 0;
  for (const { 0: tag, 1: slash, 2: name = '', 4: empty, index } of xml.matchAll(TAG)) {
    const top = open.at(-1) ?? root;
    top.text += xml.slice(from, index);
    from = index + tag.length;
    if (name === '') continue;
    if (slash) open.pop();
    else {
      const child: Open = { children: [], text: '' };
      top.children.push([name, child]);
      if (!empty) open.push(child);
    }
  }
  const [outermost] = root.children;
  return outermost ? closed(outermost[1]) : '';
}

interface Open {
  readonly children: [name: string, child: Open][];
  text: string;
}

function closed({ children, text }: Open): QueryTree {
  if (children.length === 0) return unescaped(text.trim()) ?? '';
  if (children.every(([name]) => LISTS.has(name)))
    return children.map(([, child]) => closed(child));
  return Object.fromEntries(children.map(([name, child]) => [name, closed(child)]));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

const unescaped = (text: string | undefined) =>
  text
    ?.replace(/&(lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

/** What lies at the end of these names; text that is missing is empty, and so is a list. */
export function queryTextIn(tree: QueryTree | undefined, ...path: readonly string[]): string {
  const found = partIn(tree, path);
  return typeof found === 'string' ? found : '';
}

export function queryListIn(
  tree: QueryTree | undefined,
  ...path: readonly string[]
): readonly QueryTree[] {
  const found = partIn(tree, path);
  return Array.isArray(found) ? (found as readonly QueryTree[]) : [];
}

function partIn(tree: QueryTree | undefined, path: readonly string[]): QueryTree | undefined {
  let at = tree;
  for (const name of path) at = isNamed(at) ? at[name] : undefined;
  return at;
}

const isNamed = (tree: QueryTree | undefined): tree is { readonly [name: string]: QueryTree } =>
  typeof tree === 'object' && !Array.isArray(tree);
