/** What a strategy says of itself: its settings, which are described with a library, and its parts put together. */
export const STRATEGY_DOORS = /^strategies\/[^/]+\/(index|settings)\.ts$/;

const ANYTHING = { npm: true, node: 'any' } as const;

/**
 * Who may import whom. `to` names layers of this repository; a layer may always import itself.
 * `npm` is whether packages may be imported at all, `node` which built-in modules may be.
 */
export const LAYERS: readonly Layer[] = [
  { name: 'contract', at: 'src/contract/', to: [], npm: false, node: [] },
  { name: 'lib', at: 'src/lib/', to: [], npm: false, node: 'any' },
  { name: 'judge', at: 'src/judge/', to: ['contract', 'lib'], npm: false, node: [] },
  {
    name: 'engine',
    at: 'src/engine/',
    to: ['contract', 'judge', 'lib'],
    npm: false,
    node: ['crypto'],
  },
  {
    name: 'strategy doors',
    at: STRATEGY_DOORS,
    to: ['strategies', 'contract', 'settings', 'lib'],
    npm: true,
    node: [],
  },
  { name: 'strategies', at: 'strategies/', to: ['contract', 'lib'], npm: false, node: [] },
  { name: 'clients', at: 'src/clients/', to: ['contract', 'lib'], npm: true, node: 'any' },
  {
    name: 'providers',
    at: 'providers/',
    to: ['contract', 'settings', 'lib', 'clients'],
    ...ANYTHING,
  },
  { name: 'gates', at: 'gates/', to: ['contract', 'settings', 'lib', 'clients'], ...ANYTHING },
  { name: 'stores', at: 'stores/', to: ['contract', 'settings', 'lib', 'clients'], ...ANYTHING },
  {
    name: 'reporters',
    at: 'reporters/',
    to: ['contract', 'settings', 'lib', 'clients'],
    ...ANYTHING,
  },
  { name: 'settings', at: 'src/settings/', to: ['contract', 'lib'], npm: true, node: [] },
  { name: 'config', at: 'src/config/', to: ['contract', 'lib', 'settings'], ...ANYTHING },
  {
    name: 'cli',
    at: 'src/cli/',
    to: ['contract', 'config', 'engine', 'lib', 'manifest'],
    ...ANYTHING,
  },
  { name: 'compose', at: 'src/compose/', to: 'any', ...ANYTHING },
  {
    name: 'main',
    at: 'src/main.ts',
    to: ['cli', 'compose', 'host', 'manifest'],
    npm: false,
    node: [],
  },
  { name: 'plug-ins', at: 'src/plug-ins/', to: ['contract', 'lib'], npm: false, node: 'any' },
  {
    name: 'host',
    at: 'src/host/',
    to: ['cli', 'contract', 'clients', 'lib'],
    npm: false,
    node: 'any',
  },
  { name: 'dev', at: 'src/dev.ts', to: ['main'], npm: false, node: [] },
  { name: 'manifest', at: 'package.json', to: [], npm: false, node: [] },
];

/** Packages with a place of their own. */
export const PACKAGES: readonly Confined[] = [
  { what: 'chalk', only: ['reporters/', 'src/cli/'] },
  { what: 'ora', only: ['reporters/', 'src/cli/'] },
  { what: 'commander', only: ['reporters/', 'src/cli/'] },
  { what: 'execa', only: ['providers/', 'src/clients/'] },
];

/** Doors to the process and its time, and where they may be used. */
const EDGES = ['src/host/', 'src/lib/clock.ts', 'reporters/'];
export const AMBIENT: readonly Confined[] = [
  { what: 'process.exit', only: [] },
  { what: 'process.env', only: [...EDGES, 'providers/local/'] },
  { what: 'Date.now', only: [...EDGES, 'providers/local/'] },
  { what: 'new Date()', only: [...EDGES, 'providers/local/'] },
  { what: 'setTimeout', only: [...EDGES, 'providers/local/', 'src/clients/'] },
  { what: 'setInterval', only: [...EDGES, 'providers/local/', 'src/clients/'] },
  { what: 'console', only: EDGES },
  // A plug-in may bring its own copy of these classes: isDeployError and isProviderError know them.
  { what: 'instanceof DeployError', only: [] },
  { what: 'instanceof ProviderError', only: [] },
];

/** Errors for people are made where they can be proofread together; these also throw what they make. */
export const ERRORS: Confined = {
  what: 'new DeployError',
  only: [/\/errors\.ts$/, 'strategies/parts/refusals.ts'],
};

/** One room knows whose a folder is: nobody else makes one, finds state, or connects to a process here. */
const FOLDERS = ['src/lib/safe-files/', 'stores/file/'];
const PEERS = ['src/lib/safe-files/', 'providers/local/keeper/lock.ts'];
/** These speak to servers of the user's, by TCP. */
const BY_TCP = ['gates/', 'providers/local/replica/probe.ts', 'providers/local/edge/'];
export const SAFE: readonly Confined[] = [
  ...['mkdir', 'mkdirSync', 'mkdtemp', 'mkdtempSync', 'tmpdir'].map((what) => ({
    what,
    only: FOLDERS,
  })),
  { what: 'net.connect', only: [...PEERS, ...BY_TCP] },
  { what: 'net.createConnection', only: [...PEERS, ...BY_TCP] },
  ...['stateHome', 'cacheHome'].map((what) => ({
    what,
    only: [
      'src/lib/',
      'src/host/cache.ts',
      'src/cli/doctor/folder-check.ts',
      'src/cli/unit/',
      'providers/local/home/folder.ts',
    ],
  })),
];

/** Layers of one file, which the document does not list. */
export const NOT_TOLD = ['strategy doors', 'dev', 'manifest'];

/** Words a pure, synchronous layer cannot contain. */
export const ASYNCHRONOUS = ['async', 'await', 'Promise'];
export const SYNCHRONOUS = ['strategies/'];

export const LONGEST_FILE = 300;

export interface Layer {
  readonly name: string;
  readonly at: string | RegExp;
  readonly to: 'any' | readonly string[];
  readonly npm: boolean;
  readonly node: 'any' | readonly string[];
}

export interface Confined {
  readonly what: string;
  readonly only: readonly (string | RegExp)[];
}
