import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { catalogueWith, extensionsOf } from '../../src/compose/extensions.ts';
import type { Extensions, Shelf } from '../../src/config/index.ts';
import type { JsonObject } from '../../src/contract/index.ts';
import { loadText, problemsOf } from './loading.ts';

describe('what plug-ins bring', () => {
  const own = extensionsOf(catalogueWith());
  const more = <T>(shelf: Shelf<T>, name: string, kind: T): Shelf<T> => ({
    names: [...shelf.names, name],
    has: (wanted) => wanted === name || shelf.has(wanted),
    find: async (wanted) => (wanted === name ? kind : shelf.find(wanted)),
  });
  const TEXT = { type: 'string', description: 'Text.' };
  const extensions: Extensions = {
    ...own,
    strategies: more(own.strategies, 'mirror', {
      name: 'mirror',
      settings: () => ({ type: 'object', properties: { share: { type: 'integer' } } }),
    }),
    providers: more(own.providers, 'nomad', {
      name: 'nomad',
      short: 'job',
      settings: () => ({
        type: 'object',
        properties: { job: TEXT, count: { type: 'integer', default: 2 } },
        required: ['job'],
      }),
    }),
    sources: more(own.sources, 'sql', {
      name: 'sql',
      settings: async () => z.strictObject({ query: z.string() }),
      metric: () => ({ unit: 'count', windowed: true, delay: 2000, align: 60_000, minSamples: 7 }),
    }),
  };
  const text = `
service: shop
strategy: mirror
plugins: [./mirror.ts, deployctl-nomad]
provider: { nomad: { job: shop, count: 3 } }
gates: { rows: { sql: { query: select 1 }, max: 5, interval: 90s } }
mirror: { watch: [rows], share: 10, bake: 5m }
bootstrap: { release: v1, provider: { count: 1 } }
`;

  it('is checked by what it says of its settings, and by what is common to all', async () => {
    const config = await loadText(text, { extensions });
    expect(config.provider).toEqual({ name: 'nomad', settings: { job: 'shop', count: 3 } });
    expect(config.bootstrap).toEqual({ release: 'v1', provider: { job: 'shop', count: 1 } });
    expect(config.strategies.mirror).toMatchObject({ gates: ['rows'], share: 10, check: [] });
    expect(config.gates.rows).toMatchObject({
      source: 'sql',
      settings: { query: 'select 1' },
      judge: { max: 5, minSamples: 7 },
    });
  });

  it('says when its windows close and where they begin', async () => {
    const { gates } = await loadText(text, { extensions });
    expect(gates.rows).toMatchObject({ delay: 2000, align: 60_000, interval: 120_000 });
  });

  it('takes one value for the setting that it is short for, and its defaults', async () => {
    const short = text.replace('{ job: shop, count: 3 }', 'shop');
    const { provider } = await loadText(short, { extensions });
    expect(provider.settings).toEqual({ job: 'shop', count: 2 });
  });

  it.each([
    [
      'job: shop',
      'jib: shop',
      '5:22  provider.nomad.jib: unknown key, expected one of job, count (did you mean job?)',
    ],
    [
      'query: select 1',
      'qery: select 1',
      '6:24  gates.rows.sql.qery: unknown key, expected query (did you mean query?)',
    ],
    ['share: 10', 'shar: 10', '7:28  mirror.shar: unknown key (did you mean share?)'],
    ['share: 10', 'share: ten', '7:28  mirror.share: found "ten", expected a number'],
    [
      'bake: 5m',
      'bake: 2m',
      '7:39  mirror.bake: found 2m, expected at least 2m 2s: gate "rows" needs at least one whole window',
    ],
  ])('%s written as %s is told with its place', async (right, wrong, told) => {
    const problems = await problemsOf(text.replace(right, wrong), { extensions });
    expect(problems.join('\n')).toContain(told.slice(told.indexOf('  ') + 2));
  });

  it('takes no settings where it describes none', async () => {
    const silent = {
      ...extensions,
      sources: more(own.sources, 'sql', { name: 'sql', metric: () => ({ unit: 'count' }) }),
    };
    const problems = await problemsOf(text, { extensions: silent });
    expect(problems.join('\n')).toContain('gates.rows.sql.query: unknown key, expected no keys');
  });

  it.each([
    ['none of the two', () => 7 as never, 'neither as a Standard Schema nor as JSON Schema'],
    [
      'an error',
      () => {
        throw new Error('no luck');
      },
      'no luck',
    ],
  ])('that describes its settings by %s is refused in words', async (_, settings, why) => {
    const broken = {
      ...extensions,
      sources: more(own.sources, 'sql', {
        name: 'sql',
        settings,
        metric: () => ({ unit: 'count' }),
      }),
    };
    await expect(loadText(text, { extensions: broken })).rejects.toMatchObject({
      message: 'The gate source sql does not describe its settings properly.',
      why: expect.stringContaining(why),
    });
  });

  it('loads the schemas of what a config names, and no others', async () => {
    const asked: string[] = [];
    const watched = <T>(shelf: Shelf<T>): Shelf<T> => ({
      ...shelf,
      find: async (name) => {
        asked.push(name);
        return shelf.find(name);
      },
    });
    const { providers, sources } = extensions;
    const some = { ...extensions, providers: watched(providers), sources: watched(sources) };
    await loadText(text, { extensions: some });
    expect(asked.sort()).toEqual(['nomad', 'sql']);
  });

  it('may be loaded in between: what there is can depend on the plug-ins that the config names', async () => {
    const asked: unknown[] = [];
    const config = await loadText(text, {
      extensions: async ({ plugins, folder, written }) => {
        asked.push(plugins, folder, (written as JsonObject).service);
        return extensions;
      },
    });
    expect(asked).toEqual([['./mirror.ts', 'deployctl-nomad'], '/srv/shop', 'shop']);
    expect(config.plugins).toEqual(['./mirror.ts', 'deployctl-nomad']);
  });
});
