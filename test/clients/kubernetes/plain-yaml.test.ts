import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { plainYaml } from '../../../src/clients/kubernetes/plain-yaml.ts';
import { mulberry } from '../../helpers/mulberry.ts';

const AS_KUBECTL_WRITES = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURC==
    server: https://ABCD.gr7.eu-central-1.eks.amazonaws.com
  name: arn:aws:eks:eu-central-1:123456789012:cluster/shop
- cluster:
    insecure-skip-tls-verify: true
    server: https://127.0.0.1:6443
  name: near
contexts:
- context:
    cluster: near
    namespace: shop
    user: me
  name: near
current-context: "near"
kind: Config
preferences: {}
users:
# of a person
- name: me
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-central-1
      - eks
      - get-token
      command: aws
      env: null
      interactiveMode: IfAvailable
      provideClusterInfo: false
- name: other
  user:
    client-certificate: /home/me/.kube/me.crt
    tokenFile:
`;

test('what kubectl writes is read without the parser for all of YAML, and means the same', () => {
  expect(plainYaml(AS_KUBECTL_WRITES)).toEqual(parse(AS_KUBECTL_WRITES));
});

test.each([
  ['flow', 'contexts: [{ name: a }]'],
  ['a number', 'user: 12'],
  ['a word that may be another', 'user: True'],
  ['an anchor', 'a: &x b\nc: *x'],
  ['text over lines', 'a: |\n  b\n  c'],
  ['a word that goes on in the next line', 'a: b\n  c'],
  ['a comment behind a word', 'a: b # c'],
  ['an escape', 'a: "b\\n"'],
  ['a key that comes twice', 'a: b\na: c'],
  ['two documents', 'a: b\n---\na: c'],
  ['nothing', ''],
])('%s is left to it', (_, text) => {
  expect(plainYaml(text)).toBeUndefined();
});

const PIECES = [
  '- ',
  '  ',
  '\n',
  ': ',
  ':',
  '#',
  ' #',
  '"',
  "'",
  '{}',
  '-',
  '~',
  '1',
  '&',
  '|',
  'true',
];

/** Undefined where it is no YAML. */
function wholly(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

test('whatever is damaged in it means the same to both, or is left to the other', () => {
  const random = mulberry(7);
  let read = 0;
  for (let run = 0; run < 3000; run += 1) {
    let text = AS_KUBECTL_WRITES;
    for (let change = 0; change <= random() * 3; change += 1) {
      const at = Math.floor(random() * text.length);
      const cut = Math.floor(random() * 4);
      const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
      text = text.slice(0, at) + piece + text.slice(at + cut);
    }
    const plain = plainYaml(text);
    if (plain === undefined) continue;
    read += 1;
    expect(plain, text).toEqual(wholly(text));
  }
  expect(read).toBeGreaterThan(100);
});
