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
    const isWhole = hash === undefined ? isControl(control) : hashOf(control) === hash;
    return isWhole ? control : null;
  } catch {
    return null;
  }
}

const CONTROL_NAMES = 'actor,at,deployment,kind,nonce,planHash,reason';

function isControl(value: Control): boolean {
  const { kind, deployment, planHash, actor } = value;
  const texts = [deployment, planHash, actor?.name];
  return (
    Object.keys(value).sort().join() === CONTROL_NAMES &&
    kind in CONTROL_KINDS &&
    texts.every((text) => typeof text === 'string')
  );
}
