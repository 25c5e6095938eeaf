import type { Identity, RecordedIdentity } from '../../contract/index.ts';

/** In what was recorded: later versions of a provider may know more. In the first edition the place was among the pins. */
export function differences(recorded: RecordedIdentity, found: Identity): string[] {
  const known: Identity['pins'] = { ...recorded.pins, ...recorded.place };
  const here: Identity['pins'] = { ...found.pins, ...found.place };
  const place = recorded.place === undefined ? {} : found.place;
  return Object.keys({ ...known, ...place })
    .filter((name) => known[name] !== here[name])
    .map((name) => `its ${name} is ${known[name] ?? 'none'}, here it is ${here[name] ?? 'none'}`);
}
