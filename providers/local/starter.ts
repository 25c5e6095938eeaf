import type { FolderView, Sign, Starter } from '../../src/contract/index.ts';
import { starterConfig } from './starter-config.ts';

export const localStarter: Starter = { signs: starterSigns, config: starterConfig };

/** Signs of a service that a command starts, the strongest first. */
function starterSigns(folder: FolderView): readonly Sign[] {
  return [nodeService, procfile, docker].flatMap((look) => look(folder) ?? []);
}

type StarterLook = (folder: FolderView) => Sign | null;

const STARTER_NOTHING = { service: null, command: null, port: null } as const;

const nodeService: StarterLook = (folder) => {
  const { name, scripts } = jsonOfFile(folder, 'package.json') as {
    name?: unknown;
    scripts?: { start?: unknown };
  };
  const start = scripts?.start;
  if (typeof start !== 'string' || start.trim() === '') return null;
  const words = `package.json has a start script: ${start}`;
  const service = typeof name === 'string' ? starterServiceName(name) : null;
  return {
    ...STARTER_NOTHING,
    file: 'package.json',
    service,
    command: plainCommand(start) ?? ['npm', 'start'],
    words,
  };
};

const procfile: StarterLook = (folder) => {
  const line = textOf(folder, 'Procfile')
    ?.match(/^web:\s*(.+)$/m)?.[1]
    ?.trim();
  if (line === undefined) return null;
  return {
    ...STARTER_NOTHING,
    file: 'Procfile',
    command: plainCommand(line) ?? ['sh', '-c', line],
    words: `Procfile runs: ${line}`,
  };
};

const docker: StarterLook = (folder) => {
  const file = folder.files.find((path) => /^(Dockerfile|Containerfile)$/.test(path));
  if (file === undefined) return null;
  const text = textOf(folder, file) ?? '';
  const port = Number(/^EXPOSE\s+(\d+)/im.exec(text)?.[1] ?? 0) || null;
  return {
    ...STARTER_NOTHING,
    file,
    port,
    command: lastCommand(text),
    words: `${file}: a container image`,
  };
};

/** The exec form of CMD; the shell form is left to a person. */
function lastCommand(dockerfile: string): readonly string[] | null {
  const form = [...dockerfile.matchAll(/^CMD\s+(\[.*\])\s*$/gim)].at(-1)?.[1];
  const words = form === undefined ? null : parsed(form);
  return Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')
    ? words
    : null;
}

const plainCommand = (line: string) =>
  /[|&;<>()$`\\"'*?[\]{}~#!=]/.test(line) ? null : line.trim().split(/\s+/);

function starterServiceName(name: string): string | null {
  const bare = name
    .replace(/^@[^/]+\//, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63);
  return bare.replace(/^-+|-+$/g, '') || null;
}

function textOf({ files, read }: FolderView, path: string): string | null {
  return files.includes(path) ? read(path) : null;
}

function jsonOfFile(folder: FolderView, path: string): object {
  const value = parsed(textOf(folder, path) ?? '');
  return typeof value === 'object' && value !== null ? value : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
