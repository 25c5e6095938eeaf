import { describe, expect, test } from 'vitest';
import { referredIn } from '../../../providers/kubernetes/manifests/references.ts';
import { withSecretCopies } from '../../../providers/kubernetes/manifests/secrets.ts';
import { kubeSettingsSchema } from '../../../providers/kubernetes/settings.ts';
import { Secret, type SecretReference } from '../../../src/contract/index.ts';

const template = (name: string) => ({
  spec: {
    containers: [
      {
        name: 'web',
        image: 'shop:v2',
        envFrom: [{ secretRef: { name } }, { configMapRef: { name } }],
        env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name, key: 'KEY' } } }],
      },
    ],
    volumes: [
      { name: 'keys', secret: { secretName: name } },
      { name: 'all', projected: { sources: [{ secret: { name } }] } },
    ],
  },
});
const settings = { keys: { KEY: { fromEnv: 'KEY' } } };

/** A place where each reference stands for this value. */
const place = (value: string, salt = 'one') => ({
  salt,
  folder: '/',
  readSecret: async (_: SecretReference) => new Secret(value),
});

describe('a Secret that a release brings along', () => {
  test('has a name of its own for its values, which the pods are given wherever they name it', async () => {
    const { template: changed, secrets } = await withSecretCopies(
      template('keys'),
      settings,
      place('hush'),
    );
    const [copy = ''] = Object.keys(secrets);
    expect(copy).toMatch(/^keys-[0-9a-f]{10}$/);
    const [container] = changed.spec.containers;
    expect(container).toMatchObject({
      envFrom: [{ secretRef: { name: copy } }, { configMapRef: { name: 'keys' } }],
      env: [{ valueFrom: { secretKeyRef: { name: copy, key: 'KEY' } } }],
    });
    expect(changed.spec.volumes).toMatchObject([
      { secret: { secretName: copy } },
      { projected: { sources: [{ secret: { name: copy } }] } },
    ]);
    expect(referredIn(changed)).toContain(copy);
    expect(JSON.stringify({ changed, secrets })).not.toContain('hush');
  });

  test('keeps its name while its values do, also where the pods name the copy of before', async () => {
    const of = async (name: string, value: string, salt?: string) => {
      const { secrets } = await withSecretCopies(template(name), settings, place(value, salt));
      return Object.keys(secrets)[0] ?? '';
    };
    const first = await of('keys', 'hush');
    expect(await of(first, 'hush')).toBe(first);
    expect(await of(first, 'other')).not.toBe(first);
    expect(await of('keys', 'hush', 'elsewhere')).not.toBe(first);
  });

  test('is refused where no pod would read it', async () => {
    const made = withSecretCopies(template('others'), settings, place('hush'));
    await expect(made).rejects.toMatchObject({
      code: 'plan-refused',
      message: expect.stringContaining('uses the Secret keys'),
    });
  });

  test('is written in a config as references alone', () => {
    const config = { context: 'prod', namespace: 'shop', workload: 'web', image: 'shop:v2' };
    const parsed = (secrets: object) => kubeSettingsSchema.safeParse({ ...config, secrets });
    expect(parsed(settings).success).toBe(true);
    const { error } = parsed({ keys: { KEY: 'hush' } });
    expect(error?.issues[0]?.message).toContain('never the secret itself');
  });
});
