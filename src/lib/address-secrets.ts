/** As long as an address gets; what is longer is looked at no further. */
const ADDRESS = /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s"'<>`]{1,4096}/gi;
const PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:([^/?#@]+)@/i;
/** Keys of a query that are known for what must not be told. */
const ADDRESS_SECRETS_KEYS =
  /^(?:(?:access|auth|id|refresh|private|session|bot|x-amz-security)[-_]?token|token|(?:api|access|auth|secret|subscription|account)[-_]?key|(?:client[-_]?)?secret|password|passwd|pwd|auth|sig|(?:x-amz-|x-goog-)?signature)$/i;

/** What is secret in the addresses of a text: the password before the host, values of well-known keys. */
export function secretsInAddresses(text: string): string[] {
  if (!text.includes('://')) return [];
  return (text.match(ADDRESS) ?? []).flatMap((address) => {
    const password = PASSWORD.exec(address)?.[1];
    const found = [...(password === undefined ? [] : [password]), ...secretsIn(address)];
    return [...new Set(found.flatMap((one) => [one, decoded(one)]))];
  });
}

function secretsIn(address: string): string[] {
  const query = address.split('?').slice(1).join('?').split('#')[0] ?? '';
  return query.split(/[&;]/).flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    const value = rest.join('=');
    return value !== '' && ADDRESS_SECRETS_KEYS.test(decoded(name)) ? [value] : [];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
