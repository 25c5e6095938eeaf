import { hashOf } from './canonical.ts';

/** With a hash of eight and a dash: short enough to be a label, a folder, or an object's name with a suffix. */
const LONGEST_LABEL = 38;

/** `<version>-<hash>`: what people know it by, and what tells two of that name apart. */
export function releaseId(version: string, spec: unknown): string {
  const label = version
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, LONGEST_LABEL)
    .replace(/^[-.]+|[-.]+$/g, '');
  return `${label || 'release'}-${hashOf({ version, spec }).slice(0, 8)}`;
}
