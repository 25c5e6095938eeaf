import { dirname, join, normalize } from 'node:path';

/**
 * Rooms of a large folder, and single files in it, lowest first: a file may import from its own room
 * and from those before it. The other files that lie directly in the folder may import from all.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'src/engine/': ['world', 'journal', 'plan', 'lock', 'upkeep', 'run', 'takeover'],
  'src/cli/': ['shell', 'prompt', 'page', 'target', 'plans', 'run', 'doctor', 'unit', 'commands'],
  'providers/local/': [
    'edge-settings.ts',
    'settings.ts',
    'home',
    'machine',
    'operations',
    'edge',
    'replica',
    'client',
    'keeper',
  ],
};

/** Says what is wrong where an import of a folder with rooms goes up, or a room is in no list. */
export function roomBreach(file: string, specifier: string): string | null {
  const folder = Object.keys(ROOMS).find((place) => file.startsWith(place));
  if (!folder || !specifier.startsWith('.')) return null;
  const target = normalize(join(dirname(file), specifier));
  if (!target.startsWith(folder)) return null;
  const [from, to] = [floorOf(folder, file), floorOf(folder, target)];
  if (from < 0) return `lies in no room of ${folder}`;
  return to > from ? `imports '${specifier}', which lies above its room` : null;
}

function floorOf(folder: string, file: string): number {
  const rooms = ROOMS[folder] ?? [];
  const [room = '', ...below] = file.slice(folder.length).split('/');
  const floor = rooms.indexOf(room);
  return floor < 0 && below.length === 0 ? rooms.length : floor;
}
