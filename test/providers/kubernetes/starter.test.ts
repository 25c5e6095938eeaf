import { expect, test } from 'vitest';
import { kubernetesStarter } from '../../../providers/kubernetes/starter.ts';
import { folder } from '../kit/folder.ts';

test('a manifest of a Deployment says so, with its port, and other manifests say nothing', () => {
  const files = {
    'k8s/service.yaml': 'kind: Service\n',
    'k8s/web.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nspec:\n  ports:\n  - containerPort: 8000\n',
  };
  expect(kubernetesStarter.signs(folder(files))).toMatchObject([
    { file: 'k8s/web.yaml', port: 8000, command: null },
  ]);
  expect(kubernetesStarter.signs(folder({ 'a.yaml': 'kind: Service\n' }))).toEqual([]);
  expect(kubernetesStarter.signs(folder({ 'a.yaml': 'kind: StatefulSet\n' }))).toHaveLength(1);
});
