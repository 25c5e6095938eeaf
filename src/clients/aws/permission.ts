/** How AWS words it: who, what, on which resource where it says so, and why. */
const NOT_AUTHORIZED =
  /(?:User: |Principal: )?(\S+) is not authorized to perform: ([\w-]+:\w+)(?: on (?:the )?resource: "?([^\s"]+)"?)?(?: because ([^.]*?)(?: allows? the [\w-]+:\w+ action)?| with (an explicit deny[^.]*))?(?:\.|$)/;

/** Which permission whoever called lacks, and on what; null where AWS does not tell. */
export function permissionLacking(message: string): string | null {
  const [, who, permission, resource, none, deny] = NOT_AUTHORIZED.exec(message) ?? [];
  if (!who || !permission) return null;
  const what = `the permission ${permission}${resource ? ` on ${resource}` : ''}`;
  if (deny) return `${what} is taken from ${who} by ${deny}`;
  return `${who} lacks ${what}${none ? ` (${none} allows it)` : ''}`;
}
