import { hashOf } from '../../../src/lib/canonical.ts';
import type { Template } from '../objects.ts';
import { type KubeReferred, withNames } from './references.ts';
import type { Content, Selected } from './select.ts';

/** By the name of the copy: `NAME-HASH`, which never changes its content. */
export type Contents = Readonly<Record<string, Content>>;

export interface Versioned {
  readonly template: Template;
  readonly contents: Contents;
}

/**
 * Pods read a ConfigMap by its name when they begin, so a rollback of the template alone would meet
 * what is in it by then. Each content gets a name of its own, and the template names that.
 */
export function versioned({ template, contents }: Selected): Versioned {
  const used: Record<string, Content> = {};
  const nameFor = (name: string, kind: KubeReferred): string => {
    const content = kind === 'configMap' ? contents[name] : undefined;
    if (!content) return name;
    const copy = `${name}-${digestOf(content)}`;
    used[copy] = content;
    return copy;
  };
  return { template: withNames(template, nameFor), contents: used };
}

const digestOf = (content: Content) => hashOf(content).slice(0, 10);
