import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { broughtBy } from '../../../providers/kubernetes/manifests/index.ts';
import { kubeSettingsSchema } from '../../../providers/kubernetes/settings.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: shop:v2
          envFrom: [{ configMapRef: { name: settings } }]
          env:
            - { name: SIZE, valueFrom: { configMapKeyRef: { name: settings, key: size } } }
            - { name: KEY, valueFrom: { secretKeyRef: { name: settings, key: key } } }
      volumes:
        - { name: files, configMap: { name: elsewhere } }
        - name: all
          projected: { sources: [{ configMap: { name: settings } }] }
`;
const settings = (size: number) => `apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { size: "${size}" }
`;

describe('manifests become a release', () => {
  let folder: string;
  const where = () => ({ folder, env: { PATH: folder }, workload: 'web', namespace: 'shop' });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deployctl-manifests-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const refused = (why: string) => ({ code: 'plan-refused', why: expect.stringContaining(why) });

  test('each content of a ConfigMap has a name of its own, and the pods name that', async () => {
    await write('web.yaml', `${DEPLOYMENT}---\n${settings(1)}---\n`);
    const { template, contents } = await broughtBy({ manifests: ['web.yaml'] }, where());
    const [name = ''] = Object.keys(contents);
    expect(name).toMatch(/^settings-[0-9a-f]{10}$/);
    expect(contents).toEqual({ [name]: { data: { size: '1' } } });
    const [container] = template.spec.containers;
    expect(container).toMatchObject({
      envFrom: [{ configMapRef: { name } }],
      env: [
        { valueFrom: { configMapKeyRef: { name, key: 'size' } } },
        { valueFrom: { secretKeyRef: { name: 'settings' } } },
      ],
    });
    expect(template.spec.volumes).toMatchObject([
      { configMap: { name: 'elsewhere' } },
      { projected: { sources: [{ configMap: { name } }] } },
    ]);
    await write('web.yaml', `${DEPLOYMENT}---\n${settings(2)}`);
    const other = await broughtBy({ manifests: ['web.yaml'] }, where());
    expect(Object.keys(other.contents)).not.toEqual([name]);
  });

  test('folders and lists are taken, what no pod names is left', async () => {
    await write('b.yaml', DEPLOYMENT);
    await write(
      'a.json',
      JSON.stringify({ kind: 'List', items: [{ kind: 'ConfigMap', metadata: { name: 'other' } }] }),
    );
    const { contents } = await broughtBy({ manifests: ['.'] }, where());
    expect(contents).toEqual({});
  });

  test('none, two, or a broken one of them is refused in words', async () => {
    await write('web.yaml', settings(1));
    const ask = () => broughtBy({ manifests: ['web.yaml'] }, where());
    await expect(ask()).rejects.toMatchObject(refused('no Deployments web'));
    await write('web.yaml', `${DEPLOYMENT}---\n${DEPLOYMENT}`);
    await expect(ask()).rejects.toMatchObject(refused('2 Deployments web'));
    await write('web.yaml', 'kind: Deployment\nkind: Deployment\n');
    await expect(ask()).rejects.toMatchObject(refused('unique'));
    await expect(broughtBy({ manifests: ['gone.yaml'] }, where())).rejects.toMatchObject(
      refused('gone.yaml'),
    );
  });

  test('more than the objects of a release hold is refused', async () => {
    await write(
      'web.yaml',
      `${DEPLOYMENT}---\n${settings(1)}  long: ${'x'.repeat(200_000)}\n`.replace(
        'data: { size: "1" }\n',
        'data:\n  size: "1"\n',
      ),
    );
    await expect(broughtBy({ manifests: ['web.yaml'] }, where())).rejects.toMatchObject(
      refused('bytes together'),
    );
  });

  test('a chart is rendered by helm, a folder by kubectl or kustomize, whichever is there', async () => {
    const program = async (name: string) => {
      const line = `#!/bin/sh\necho "$0 $*" >> ${folder}/lines\n/bin/cat ${folder}/web.yaml\n`;
      await write(name, line);
      await chmod(join(folder, name), 0o755);
    };
    await write('web.yaml', DEPLOYMENT);
    const helm = { helm: { chart: './chart', release: 'web', values: ['a.yaml', 'b.yaml'] } };
    await expect(broughtBy(helm, where())).rejects.toMatchObject(refused('no program helm'));
    await program('helm');
    await program('kustomize');
    expect((await broughtBy(helm, where())).template.spec.containers).toHaveLength(1);
    expect(
      (await broughtBy({ kustomize: 'over/lay' }, where())).template.spec.containers,
    ).toHaveLength(1);
    expect((await readFile(join(folder, 'lines'), 'utf8')).trim().split('\n')).toEqual([
      `${folder}/helm template web ./chart --namespace shop --no-hooks --values a.yaml --values b.yaml`,
      `${folder}/kustomize build over/lay`,
    ]);
  });

  test('a program that fails is quoted', async () => {
    await write('helm', '#!/bin/sh\necho "chart not found" >&2\nexit 3\n');
    await chmod(join(folder, 'helm'), 0o755);
    const helm = { helm: { chart: './chart', release: 'web', values: [] } };
    await expect(broughtBy(helm, where())).rejects.toMatchObject(refused('chart not found'));
  });
});

describe('the section of a config', () => {
  const place = { context: 'test', namespace: 'shop', workload: 'deploy/web' };
  const problems = (more: object) =>
    kubeSettingsSchema.safeParse({ ...place, ...more }).error?.issues.map(({ message }) => message);

  test('takes an image, or manifests from one place', () => {
    expect(kubeSettingsSchema.parse({ ...place, image: 'a:1' })).toMatchObject({
      image: 'a:1',
      source: null,
    });
    expect(kubeSettingsSchema.parse({ ...place, manifests: 'k8s' })).toMatchObject({
      image: null,
      source: { manifests: ['k8s'] },
    });
    expect(kubeSettingsSchema.parse({ ...place, helm: { chart: './c' } })).toMatchObject({
      source: { helm: { chart: './c', release: 'web', values: [] } },
    });
    expect(problems({})).toEqual(['an image, or one of manifests, kustomize and helm']);
    expect(problems({ manifests: 'a', kustomize: 'b' })).toEqual(['one of manifests, kustomize']);
  });

  test('says plainly what of a StatefulSet can be deployed, and that a DaemonSet cannot', () => {
    const set = { workload: 'sts/db' };
    expect(kubeSettingsSchema.parse({ ...place, ...set, image: 'a:1' })).toMatchObject({
      workload: 'db',
      driven: 'statefulset',
      service: 'db',
    });
    expect(problems({ ...set, manifests: 'k8s', router: { httpRoute: 'web' } })).toEqual([
      expect.stringContaining('requests follow its pods'),
      expect.stringContaining('the rest of a StatefulSet stays'),
    ]);
    expect(problems({ image: 'a:1', workload: 'ds/agent' })).toEqual([
      expect.stringContaining('no batch of it would wait for a gate'),
    ]);
  });
});
