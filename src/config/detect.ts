/** A folder as far as it matters: what is in it, and the text of a file. */
export interface FolderView {
  /** Paths from the folder, with `/`. */
  readonly files: readonly string[];
  /** Null when it cannot be read. */
  read(path: string): string | null;
}

/** One sign of how a service is run, and what it suggests. */
export interface Finding {
  readonly kind: 'node' | 'procfile' | 'docker' | 'kubernetes' | 'vercel';
  /** The file that says so. */
  readonly file: string;
  readonly provider: 'local' | 'kubernetes' | 'vercel';
  readonly service: string | null;
  readonly command: readonly string[] | null;
  readonly port: number | null;
  /** For people: `package.json has a start script: node server.js`. */
  readonly words: string;
}

/** What a folder says about how its service runs, the strongest sign first. Looks, never runs anything. */
export function detect(folder: FolderView): Finding[] {
  return [nodeService, procfile, vercel, kubernetes, docker].flatMap((look) => look(folder) ?? []);
}

type Look = (folder: FolderView) => Finding | null;

const NOTHING = { service: null, command: null, port: null } as const;

const nodeService: Look = (folder) => {
  const { name, scripts } = jsonIn(folder, 'package.json') as {
    name?: unknown;
    scripts?: { start?: unknown };
  };
  const start = scripts?.start;
  if (typeof start !== 'string' || start.trim() === '') return null;
  const words = `package.json has a start script: ${start}`;
  const service = typeof name === 'string' ? serviceName(name) : null;
  return {
    ...NOTHING,
    kind: 'node',
    file: 'package.json',
    provider: 'local',
    service,
    command: plainCommand(start) ?? ['npm', 'start'],
    words,
  };
};

const procfile: Look = (folder) => {
  const line = textOf(folder, 'Procfile')
    ?.match(/^web:\s*(.+)$/m)?.[1]
    ?.trim();
  if (line === undefined) return null;
  return {
    ...NOTHING,
    kind: 'procfile',
    file: 'Procfile',
    provider: 'local',
    command: plainCommand(line) ?? ['sh', '-c', line],
    words: `Procfile runs: ${line}`,
  };
};

const vercel: Look = ({ files }) => {
  const file = files.find((path) => path === 'vercel.json' || path === '.vercel/project.json');
  return file
    ? { ...NOTHING, kind: 'vercel', file, provider: 'vercel', words: `${file}: a Vercel project` }
    : null;
};

const kubernetes: Look = (folder) => {
  const manifests = folder.files.filter((path) => /\.ya?ml$/.test(path)).slice(0, 50);
  const file = manifests.find((path) =>
    /^kind:\s*(Deployment|Rollout)\s*$/m.test(textOf(folder, path) ?? ''),
  );
  if (file === undefined) return null;
  const port = Number(/containerPort:\s*(\d+)/.exec(textOf(folder, file) ?? '')?.[1] ?? 0) || null;
  return {
    ...NOTHING,
    kind: 'kubernetes',
    file,
    provider: 'kubernetes',
    port,
    words: `${file}: a Kubernetes Deployment`,
  };
};

const docker: Look = (folder) => {
  const file = folder.files.find((path) => /^(Dockerfile|Containerfile)$/.test(path));
  if (file === undefined) return null;
  const text = textOf(folder, file) ?? '';
  const port = Number(/^EXPOSE\s+(\d+)/im.exec(text)?.[1] ?? 0) || null;
  return {
    ...NOTHING,
    kind: 'docker',
    file,
    provider: 'local',
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

function serviceName(name: string): string | null {
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

function jsonIn(folder: FolderView, path: string): object {
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
