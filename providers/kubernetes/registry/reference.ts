/** An image as it is written in a manifest. */
export interface ImageReference {
  /** Null where it names none: then each node has its own idea of where it comes from. */
  readonly host: string | null;
  readonly path: string;
  readonly tag: string;
  /** What it is fixed to already. */
  readonly digest: string | null;
}

export function imageReference(image: string): ImageReference {
  const [named = '', digest = null] = image.split('@');
  const slash = named.indexOf('/');
  const first = slash === -1 ? '' : named.slice(0, slash);
  // By the rule that all tools share: only a host has a dot or a port, or is this machine.
  const isHost = /[.:]/.test(first) || first === 'localhost';
  const rest = isHost ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(':');
  const hasTag = colon > rest.lastIndexOf('/');
  return {
    host: isHost ? first : null,
    path: hasTag ? rest.slice(0, colon) : rest,
    tag: hasTag ? rest.slice(colon + 1) : 'latest',
    digest,
  };
}
