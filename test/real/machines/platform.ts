import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  createMemoryPlatform,
  createMemoryProvider,
  type MemoryPlatform,
} from '../../../providers/memory/index.ts';
import type { Plugin, Provider, Surroundings } from '../../../src/contract/index.ts';

/** Where the platform is; every machine that can reach the folder reaches it. */
const folderOf = (env: Surroundings['env']) => env.PLATFORM as string;

/** A plug-in: a platform that is in no process, as those are that several machines deploy to. */
function provider(folder: string): Provider {
  const file = join(folder, 'platform.json');
  const now = () => createMemoryProvider(read(file), 'platform');
  return {
    ...now(),
    observe: () => now().observe(),
    verify: (operation, context) => now().verify(operation, context),
    apply: (operation, context) =>
      alone(folder, async () => {
        const platform = read(file);
        await createMemoryProvider(platform).apply(operation, context);
        write(file, platform);
        appendFileSync(join(folder, 'applied'), `${context.fence} ${operation.kind}\n`);
      }),
  };
}

async function alone(folder: string, act: () => Promise<void>): Promise<void> {
  const lock = join(folder, 'lock');
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      await setTimeout(5);
    }
  }
  try {
    await act();
  } finally {
    rmdirSync(lock);
  }
}

function read(file: string): MemoryPlatform {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    return { ...kept, releases: new Map(kept.releases) };
  } catch {
    return createMemoryPlatform(2);
  }
}

function write(file: string, platform: MemoryPlatform): void {
  writeFileSync(`${file}.new`, JSON.stringify({ ...platform, releases: [...platform.releases] }));
  renameSync(`${file}.new`, file);
}

export default {
  providers: [
    {
      name: 'platform',
      connection: () => ({}),
      open: async (_connection, { env }) => provider(folderOf(env)),
      release: async ({ version }) => ({ id: `${version}-x`, version, artifact: 'none', spec: {} }),
    },
  ],
} satisfies Plugin;
