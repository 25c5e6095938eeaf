import { describe, expect, it } from 'vitest';
import { localStarter } from '../../../providers/local/starter.ts';
import { starterConfig } from '../../../providers/local/starter-config.ts';
import type { StarterAnswers } from '../../../src/contract/index.ts';
import { loadText } from '../../config/loading.ts';
import { folder } from '../kit/folder.ts';

const detect = localStarter.signs;

describe('what a folder says about its service', () => {
  it('a start script', () => {
    const [finding] = detect(
      folder({ 'package.json': '{"name":"@acme/My Shop","scripts":{"start":"node server.js"}}' }),
    );
    expect(finding).toMatchObject({
      service: 'my-shop',
      command: ['node', 'server.js'],
    });
  });

  it('a start script that needs a shell runs through npm', () => {
    const [finding] = detect(folder({ 'package.json': '{"scripts":{"start":"A=1 node x && y"}}' }));
    expect(finding?.command).toEqual(['npm', 'start']);
  });

  it('a Procfile', () => {
    const text = 'worker: node w.js\nweb: bundle exec puma -p $PORT\n';
    expect(detect(folder({ Procfile: text }))).toMatchObject([
      { command: ['sh', '-c', 'bundle exec puma -p $PORT'] },
    ]);
  });

  it('a container image', () => {
    const text = 'FROM node:24\nEXPOSE 3000\nCMD ["node", "x.js"]\n';
    expect(detect(folder({ Dockerfile: text }))).toMatchObject([
      { port: 3000, command: ['node', 'x.js'] },
    ]);
  });

  it('nothing, and nothing that is broken', () => {
    expect(detect(folder({ 'package.json': '{', Dockerfile: 'FROM x', README: '' }))).toMatchObject(
      [{ command: null }],
    );
    expect(detect(folder({ 'package.json': '[]' }))).toEqual([]);
  });
});

const ANSWERS: StarterAnswers = {
  service: 'shop',
  command: ['node', 'server.js'],
  strategy: 'canary',
  replicas: 2,
  port: 8080,
  health: '/healthz',
};

describe('the first config', () => {
  const strategies = ['canary', 'blue-green', 'rolling'] as const;
  it.each(
    strategies.flatMap((strategy) => [[strategy, '/healthz'] as const, [strategy, null] as const]),
  )('is valid for %s with health %s, without a warning', async (strategy, health) => {
    const config = await loadText(starterConfig({ ...ANSWERS, strategy, health }));
    expect(config).toMatchObject({ service: 'shop', strategy, warnings: [] });
    expect(config.provider.settings).toMatchObject({
      command: ['node', 'server.js'],
      replicas: 2,
      edge: { port: 8080 },
    });
  });

  it('survives commands that mean something in YAML', async () => {
    const command = ['sh', '-c', 'echo "a: b" # $X, [x] {y}', 'true', '1', '- x', "it's", ''];
    const config = await loadText(starterConfig({ ...ANSWERS, command }));
    expect(config.provider.settings.command).toEqual(command);
  });

  it('is small and says what its keys are for', () => {
    const lines = starterConfig(ANSWERS).split('\n');
    expect(lines.length).toBeLessThan(45);
    expect(lines.filter((line) => line.includes('#')).length).toBeGreaterThan(8);
  });
});
