const PLACE = /\$\{([A-Za-z_][\w-]*)\}/g;

/** Every `${name}` of the text replaced by what was captured under that name. */
export function fillSmoke(
  text: string,
  captured: ReadonlyMap<string, string>,
  encode: (value: string) => string,
): string {
  return text.replace(PLACE, (_, name: string) => {
    const value = captured.get(name);
    if (value === undefined) throw new Error(`nothing was captured as ${name} before`);
    return encode(value);
  });
}

/** As it stands between the quotes of a JSON text. */
export function insideJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
