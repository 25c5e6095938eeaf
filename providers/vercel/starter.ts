import type { FolderView, LinkedService, Starter } from '../../src/contract/index.ts';

const LINK = '.vercel/project.json';
const SETTINGS = 'vercel.json';

/** A folder that `vercel link` has linked to a project says all that a first config needs. */
export const vercelStarter: Starter = {
  signs: (folder) => {
    const link = linkIn(folder);
    const file = [LINK, SETTINGS].find((path) => folder.files.includes(path));
    if (file === undefined) return [];
    const words = link
      ? `${LINK}: linked to the Vercel project ${link.projectName ?? link.projectId}`
      : `${file}: a Vercel project. \`vercel link\` says which, and then \`deployctl init\` writes its config`;
    return [
      { file, service: serviceOfProject(link?.projectName), command: null, port: null, words },
    ];
  },

  linked: (folder) => {
    const link = linkIn(folder);
    return link && linkedService(folder, link);
  },
};

interface Link {
  readonly projectId: string;
  readonly projectName?: string;
}

function linkIn(folder: FolderView): Link | null {
  const { projectId, projectName } = jsonFileIn<Partial<Link>>(folder, LINK) ?? {};
  if (typeof projectId !== 'string' || projectId === '') return null;
  return typeof projectName === 'string' ? { projectId, projectName } : { projectId };
}

function jsonFileIn<T>(folder: FolderView, path: string): T | null {
  try {
    return JSON.parse(folder.read(path) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

/** Projects may have dots and underscores in their names, services not. */
function serviceOfProject(project: string | undefined): string | null {
  const name = project
    ?.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name ? name.slice(0, 63) : null;
}

function linkedService(folder: FolderView, { projectName }: Link): LinkedService {
  return {
    service: serviceOfProject(projectName),
    strategy: 'blue-green',
    config: ({ service, strategy }) =>
      strategy === 'rolling'
        ? {
            refused:
              'Vercel has no instances that could be replaced one by one: blue-green and canary are possible.',
          }
        : configOf(service, strategy, pushesIn(folder)),
    next: [
      ['export VERCEL_TOKEN=…', 'or: vercel login'],
      ['deployctl plan --release v1', 'what a deployment would do; writes nothing'],
      ['deployctl deploy --release v1', 'staged, checked at its own address, promoted'],
      ['deployctl rollback', 'to what was live before, without a build'],
    ],
  };
}

interface VercelFile {
  readonly git?: { readonly deploymentEnabled?: boolean | Readonly<Record<string, boolean>> };
}

/** Whether vercel.json leaves it on that a push goes to production by itself. */
function pushesIn(folder: FolderView): boolean {
  const { git } = jsonFileIn<VercelFile>(folder, SETTINGS) ?? {};
  const enabled = git?.deploymentEnabled ?? true;
  return typeof enabled === 'boolean' ? enabled : !Object.values(enabled).includes(false);
}

const PUSHES = `
# A push to the production branch goes live by itself, past all of this: a deployment that watches then
# stops as diverged. To deploy only by deployctl, put into vercel.json
#   "git": { "deploymentEnabled": { "main": false } }
`;

function configOf(service: string, strategy: string, pushes: boolean): string {
  const stages =
    strategy === 'canary'
      ? 'canary: { stages: [10%, 50%, 100%], duration: 5m }   # a Rolling Release, which needs a paid plan\n'
      : '';
  return `# The project is the one of ${LINK}; the token is read from VERCEL_TOKEN or \`vercel login\`.
service: ${service}
strategy: ${strategy}
provider:
  vercel: {}
${stages}defaults:
  check: [answers]          # at the deployment's own address, before any domain leads to it
  bake: 2m                  # watched for so long after the promotion
gates:
  answers: { http: { path: / } }
${pushes ? PUSHES : ''}`;
}
