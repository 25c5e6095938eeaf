import type { Control, ControlKind } from '../../contract/index.ts';
import { canonicalJson, hashOf } from '../../lib/canonical.ts';

const CONTROL_KINDS: Readonly<Record<ControlKind, true>> = {
  approve: true,
  promote: true,
  reject: true,
  pause: true,
  abort: true,
  rollback: true,
};

export function controlText(control: Control): string {
  return canonicalJson({ ...control, hash: hashOf(control) });
}

/** Null for what is no wish as it was written; those of older versions carry no hash. */
export function parseControl(text: string): Control | null {
  try {
    const { hash, ...control } = JSON.parse(text) as Control & { hash?: string };
    const isWhole =
      hash === undefined
        ? Object.keys(control).sort().join() === CONTROL_NAMES
        : hashOf(control) === hash;
    return isWhole && isControl(control) ? control : null;
  } catch {
    return null;
  }
}

const CONTROL_NAMES = 'actor,at,deployment,kind,nonce,planHash,reason';

/** The hash says that it is whole, not that it was written by us: whoever writes the store can make one. */
function isControl({ kind, deployment, planHash, actor, at, nonce, token, reason }: Control) {
  const texts = [deployment, planHash, nonce, actor?.name, token ?? '', reason ?? ''];
  return (
    Object.hasOwn(CONTROL_KINDS, kind) &&
    Number.isFinite(at) &&
    texts.every((text) => typeof text === 'string')
  );
}
