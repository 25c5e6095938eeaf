import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Json, JsonObject } from '../../../../src/contract/index.ts';
import { jsonSchema } from './json-schema.ts';
import { overlaid } from './overlay.ts';

export interface Route {
  /** `GET /v9/projects/{idOrName}`, as the document has it. */
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Undefined: no body was sent. */
  readonly body: Json | undefined;
  readonly media: string | null;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Json;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Json }>>;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

const JSON_MEDIA = 'application/json';
/** What every refusal looks like; the document gives errors no shape. */
const REFUSAL: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' } },
    },
  },
};

/** The published description of the API: tells every breach of it, in a request or an answer. */
export class Document {
  #operations: Readonly<Record<string, Operation>>;
  #routes: readonly { name: string; method: string; pattern: RegExp; params: readonly string[] }[];
  #compiled = new Map<string, ValidateFunction>();
  #strict: Ajv;
  #coercing: Ajv;

  constructor() {
    const file = join(import.meta.dirname, 'openapi.json');
    const source = JSON.parse(readFileSync(file, 'utf8')) as {
      operations: Record<string, JsonObject>;
      schemas: JsonObject;
    };
    this.#operations = overlaid(source.operations) as unknown as Record<string, Operation>;
    this.#routes = Object.keys(this.#operations)
      .map(routeOf)
      .sort((a, b) => a.params.length - b.params.length);
    const schemas = Object.entries(source.schemas).map(([name, schema]) => [
      name,
      jsonSchema(schema),
    ]);
    const shared = { $id: 'document', schemas: Object.fromEntries(schemas) };
    this.#strict = ajv(false).addSchema(shared);
    this.#coercing = ajv('array').addSchema(shared);
  }

  get names(): readonly string[] {
    return Object.keys(this.#operations);
  }

  route(method: string, path: string): Route | null {
    for (const { name, method: own, pattern, params } of this.#routes) {
      const found = own === method ? pattern.exec(path) : null;
      if (!found) continue;
      const values = params.map((param, at) => [param, decodeURIComponent(found[at + 1] ?? '')]);
      return { name, params: Object.fromEntries(values) };
    }
    return null;
  }

  /** What is wrong with a request; null when nothing is. */
  request(name: string, asked: Asked): string | null {
    const operation = this.#operation(name);
    return this.#parameters(name, operation, asked) ?? this.#requestBody(name, operation, asked);
  }

  /** What is wrong with an answer; null when nothing is. */
  response(name: string, status: number, body: Json | undefined): string | null {
    const answer = this.#operation(name).responses[status];
    if (!answer) return `status ${status} is not documented`;
    const schema = status >= 400 ? REFUSAL : answer.content?.[JSON_MEDIA]?.schema;
    if (!schema) return body === undefined ? null : 'this answer has no body';
    return this.#check(status >= 400 ? 'refusal' : `${name} ${status}`, schema, body ?? null);
  }

  #parameters(name: string, { parameters = [] }: Operation, { query, params }: Asked) {
    const known = parameters.filter((one) => one.in === 'query').map((one) => one.name);
    const strange = Object.keys(query).find((key) => !known.includes(key));
    if (strange) return `query ${strange} is not documented`;
    for (const parameter of parameters.filter((one) => one.in !== 'header')) {
      const value = (parameter.in === 'query' ? query : params)[parameter.name];
      if (value === undefined && parameter.required)
        return `${parameter.in} ${parameter.name} is missing`;
      if (value === undefined) continue;
      const schema = { type: 'object', properties: { value: parameter.schema } };
      const key = `${name} ${parameter.in} ${parameter.name}`;
      const wrong = this.#check(key, schema, { value }, this.#coercing);
      if (wrong) return `${parameter.in} ${parameter.name}: ${wrong}`;
    }
    return null;
  }

  #requestBody(name: string, { requestBody }: Operation, { body, media }: Asked): string | null {
    const content = requestBody?.content;
    if (!content) {
      const empty =
        body === undefined || (typeof body === 'object' && Object.keys(body ?? {}).length === 0);
      return empty ? null : 'this operation takes no body';
    }
    if (media && !(media in content)) return `bodies of type ${media} are not documented`;
    const schema = content[JSON_MEDIA]?.schema;
    if (!schema) return null;
    if (body === undefined) return requestBody.required ? 'the body is missing' : null;
    return this.#check(`${name} body`, schema, body);
  }

  #check(key: string, schema: Json, value: Json, by = this.#strict): string | null {
    const known = this.#compiled.get(key);
    const validate = known ?? by.compile(jsonSchema(schema) as JsonObject);
    this.#compiled.set(key, validate);
    if (validate(value)) return null;
    const told = (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    );
    return told.slice(0, 4).join('; ');
  }

  #operation(name: string): Operation {
    const found = this.#operations[name];
    if (!found) throw new Error(`the document has no ${name}`);
    return found;
  }
}

/** Formats and keywords of the document that the validator does not know are let pass: `binary`, `like`. */
function ajv(coerceTypes: false | 'array'): Ajv {
  const made = new Ajv({ strict: false, coerceTypes, allErrors: false, code: { optimize: false } });
  addFormats.default(made);
  return made;
}

function routeOf(name: string) {
  const [method = '', path = ''] = name.split(' ');
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => param);
  const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
  return { name, method, pattern, params };
}
