/** The protocol of the load balancing API: a form goes there, XML comes back. */

const NAMESPACE = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/';

/** `Actions.member.1.Type` as a tree, with `member.N` as lists. */
export type Tree = string | readonly Tree[] | { readonly [name: string]: Tree };
export type Form = { readonly [name: string]: Tree };

type Open = { [name: string]: Open | string };

export function readForm(body: string): Form {
  const root: Open = {};
  for (const [path, value] of new URLSearchParams(body)) put(root, path.split('.'), value);
  return close(root) as Form;
}

function put(at: Open, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    at[name] = value;
    return;
  }
  const next = at[name];
  const open: Open = typeof next === 'object' ? next : {};
  at[name] = open;
  put(open, rest, value);
}

function close(open: Open | string): Tree {
  if (typeof open === 'string') return open;
  const { member } = open;
  if (member !== undefined && Object.keys(open).length === 1) {
    if (typeof member === 'string') return member === '' ? [] : [member];
    return Object.keys(member)
      .sort((a, b) => Number(a) - Number(b))
      .map((index) => close(member[index] ?? ''));
  }
  return Object.fromEntries(Object.entries(open).map(([name, value]) => [name, close(value)]));
}

export const textAt = (form: Form, name: string): string | undefined =>
  typeof form[name] === 'string' ? form[name] : undefined;

export function formsAt(form: Form, name: string): readonly Form[] {
  const found = form[name];
  return Array.isArray(found) ? found.filter((entry): entry is Form => isForm(entry)) : [];
}

export function textsAt(form: Form, name: string): readonly string[] {
  const found = form[name];
  return Array.isArray(found) ? found.filter((entry) => typeof entry === 'string') : [];
}

export const formAt = (form: Form, name: string): Form => {
  const found = form[name];
  return found !== undefined && isForm(found) ? found : {};
};

const isForm = (tree: Tree): tree is Form => typeof tree === 'object' && !Array.isArray(tree);

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export function answerXml(action: string, result: string, id: string): string {
  return `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></${action}Response>`;
}

export function errorXml(code: string, message: string, id: string): string {
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`;
}

/** Buckets word their errors differently. */
export function objectErrorXml(code: string, message: string, id: string): string {
  return `<Error><Code>${code}</Code><Message>${escaped(message)}</Message><RequestId>${id}</RequestId></Error>`;
}

/** One element; members that are not there are left out. */
export function element(name: string, content: string | undefined): string {
  return content === undefined ? '' : `<${name}>${content}</${name}>`;
}

export const text = (name: string, value: string | number | undefined) =>
  element(name, value === undefined ? undefined : escaped(String(value)));

export const list = (name: string, members: readonly string[]) =>
  element(name, members.map((member) => `<member>${member}</member>`).join(''));
