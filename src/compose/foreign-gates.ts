import {
  FOREIGN_FORMS,
  type Taken,
  type TakenHow,
  takeGates,
} from '../../gates/kit/foreign/index.ts';
import { parseYaml } from '../config/source/yaml.ts';
import { plain } from '../config/tree.ts';
import { foreignGatesUnknown } from './errors.ts';

/** Every document of a file of another tool, YAML or JSON. */
export function foreignGates(text: string, file: string, how: TakenHow): Taken {
  const documents = text.split(/^---[ \t]*$/m).filter((part) => part.trim() !== '');
  const all = documents.map((part) => takeGates(plain(parseYaml(part, file)), how));
  const known = all.filter((one) => one !== null);
  if (known.length === 0) throw foreignGatesUnknown(file, FOREIGN_FORMS);
  const names = known.flatMap(({ gates }) => Object.keys(gates));
  const twice = names.filter((name, index) => names.indexOf(name) < index);
  const others = all.length - known.length;
  return {
    gates: Object.assign({}, ...known.map(({ gates }) => gates)) as Taken['gates'],
    left: [
      ...known.flatMap(({ left }) => left),
      ...twice.map(
        (name) => `${name}: another document has a gate of the same name, which replaced it`,
      ),
      ...(others > 0 ? [`${others} of ${all.length} documents are of another kind`] : []),
    ],
  };
}
