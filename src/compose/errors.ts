import { DeployError } from '../contract/index.ts';
import { shellWord } from '../lib/shell-word.ts';
import { nearest } from '../lib/suggest.ts';

export function foreignGatesUnknown(file: string, forms: string): DeployError {
  return new DeployError('usage', {
    message: `${file} does not hold gates that can be imported.`,
    why: `It must be ${forms}.`,
    next: ['deployctl analyze --help'],
  });
}

export function extensionUnknown(
  what: string,
  name: string,
  names: readonly string[],
): DeployError {
  const meant = nearest(name, names);
  return new DeployError('unknown-name', {
    message: `There is no ${what} ${JSON.stringify(name)}.`,
    why: `${meant ? `Did you mean ${meant}? ` : ''}Known: ${names.join(', ')}.`,
  });
}

export function unknownStore(given: string, schemes: readonly string[]): DeployError {
  const urls = schemes.map((scheme) => `a URL that begins with ${scheme}://`);
  const [scheme = '', rest] = given.split('://');
  const near = rest ? nearest(scheme, schemes) : null;
  const meant = near && `${near}://${rest}`;
  return new DeployError('unknown-name', {
    message: `There is no store for ${JSON.stringify(given)}.`,
    why: `${meant ? `Did you mean ${meant}? ` : ''}Known: the absolute path of a folder, ${urls.join(', ')}.`,
    next: [`deployctl doctor --store ${shellWord(meant ?? '/an/absolute/folder')}`],
  });
}
