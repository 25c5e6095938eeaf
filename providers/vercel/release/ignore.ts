/** What Vercel's own command line never uploads. */
const VERCEL_NEVER = [
  '.hg',
  '.git',
  '.gitmodules',
  '.svn',
  '.cache',
  '.next',
  '.now',
  '.vercel',
  '.npmignore',
  '.dockerignore',
  '.gitignore',
  '.*.swp',
  '.DS_Store',
  '.wafpicke-*',
  '.lock-wscript',
  '.env.local',
  '.env.*.local',
  '.venv',
  '.yarn/cache',
  '.pnp*',
  'npm-debug.log',
  'config.gypi',
  'node_modules',
  '__pycache__',
  'venv',
  'CVS',
];

interface IgnoreRule {
  readonly negated: boolean;
  readonly folderOnly: boolean;
  readonly pattern: RegExp;
}

/** Whether a path is left out; `/`-separated, from the root, asked of each folder before what is in it. */
export type Ignores = (path: string, isFolder: boolean) => boolean;

/** By the rules of .gitignore: the last line that fits decides. */
export function ignoring(
  written: string,
  { never = VERCEL_NEVER }: { never?: readonly string[] } = {},
): Ignores {
  const own = written.split(/\r?\n/).map((line) => line.replace(/^\.\//, ''));
  const rules = [...never, ...own].flatMap(ruleOf);
  return (path, isFolder) =>
    rules.findLast(({ folderOnly, pattern }) => (isFolder || !folderOnly) && pattern.test(path))
      ?.negated === false;
}

function ruleOf(line: string): readonly IgnoreRule[] {
  const text = line.replace(/(?<!\\)\s+$/, '');
  if (text === '' || text.startsWith('#')) return [];
  const negated = text.startsWith('!');
  const plain = (negated ? text.slice(1) : text).replace(/^\\([!#])/, '$1');
  const folderOnly = plain.endsWith('/');
  const body = plain.replace(/\/+$/, '').replace(/^\//, '');
  if (body === '') return [];
  const anchored = /.\/|^\//.test(plain.replace(/\/+$/, '')) || plain.startsWith('/');
  const pattern = new RegExp(`^${anchored ? '' : '(?:.*/)?'}${expression(body)}$`);
  return [{ negated, folderOnly, pattern }];
}

const WILD: Readonly<Record<string, string>> = {
  '/**/': '/(?:.*/)?',
  '**/': '(?:.*/)?',
  '/**': '/.+',
  '*': '[^/]*',
  '?': '[^/]',
};

function expression(glob: string): string {
  const parts =
    glob.match(/\/\*\*\/|^\*\*\/|\/\*\*$|\*+|\?|\[[!^]?\]?[^\]]*\]|\\.|[^*?[\\/]+|./gs) ?? [];
  return parts.map((part) => WILD[part] ?? otherPart(part)).join('');
}

function otherPart(part: string): string {
  if (/^\*+$/.test(part)) return WILD['*'] as string;
  if (part.length > 2 && part.startsWith('['))
    return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
  const plain = part.length === 2 && part.startsWith('\\') ? part.slice(1) : part;
  return plain.replace(/[.+^${}()|[\]\\?*]/g, '\\$&');
}
