import type { Json, JsonObject } from '../../../../src/contract/index.ts';

type Operation = JsonObject;
type Operations = Readonly<Record<string, Operation>>;

/** One difference between the document and the service: what, where that is known from, and how. */
export interface Correction {
  readonly what: string;
  readonly source: string;
  readonly on: string;
  apply(operation: Operation): Operation;
}

const SDK = '@vercel/sdk 1.28.35';
const CLI = 'requests of the official command line, vercel 59.16.0';

const inPath = (name: string): Json => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
});
const inQuery = (name: string, schema: Json): Json => ({ name, in: 'query', schema });
const TEAM = [inQuery('teamId', { type: 'string' }), inQuery('slug', { type: 'string' })];

const bodyOf = (schema: Json): JsonObject => ({
  required: true,
  content: { 'application/json': { schema } },
});

const answers = (...statuses: readonly number[]) =>
  Object.fromEntries(statuses.map((status) => [status, {}]));

/** Operations that are newer than the document. */
const ADDED: readonly { on: string; source: string; operation: Operation }[] = [
  {
    on: 'POST /v1/projects/{projectId}/rollback/{deploymentId}',
    source: `${SDK}, projectsRequestRollback`,
    operation: {
      parameters: [
        inPath('projectId'),
        inPath('deploymentId'),
        inQuery('description', { type: 'string' }),
        ...TEAM,
      ],
      responses: answers(201, 400, 401, 402, 403, 409, 410, 422),
    },
  },
  {
    on: 'POST /v1/projects/{idOrName}/rolling-release/start',
    source: `${SDK}, rollingReleaseStartRollingRelease`,
    operation: {
      parameters: [inPath('idOrName'), ...TEAM],
      requestBody: bodyOf({
        type: 'object',
        required: ['canaryDeploymentId'],
        properties: { canaryDeploymentId: { type: 'string' } },
        additionalProperties: false,
      }),
      // The state of the release, as `approve-stage` gives it.
      responses: { ...answers(400, 401, 403, 404, 409, 422), 200: { like: 'approve-stage' } },
    },
  },
];

const VARIABLES: Json = { type: 'object', additionalProperties: { type: 'string' } };
const CREATE = 'POST /v13/deployments';
const APPROVE = 'POST /v1/projects/{idOrName}/rolling-release/approve-stage';

export const CORRECTIONS: readonly Correction[] = [
  {
    what: 'a deployment can be created without assigning the domains of production',
    source: `${CLI}: deploy --prod --skip-domain`,
    on: CREATE,
    apply: withBodyProperty({ autoAssignCustomDomains: { type: 'boolean' } }),
  },
  {
    what: 'a deployment says which client made it, and which version of the format it has',
    source: `${CLI}: deploy`,
    on: CREATE,
    apply: withBodyProperty({
      source: { type: 'string', enum: ['cli'] },
      version: { type: 'number', enum: [2] },
    }),
  },
  {
    what: 'a deployment is given variables, for its build and for when it runs',
    source: `${CLI}: deploy`,
    on: CREATE,
    apply: withBodyProperty({
      env: VARIABLES,
      build: { type: 'object', properties: { env: VARIABLES }, additionalProperties: false },
    }),
  },
  {
    what: 'a deployment is made of what was built elsewhere',
    source: `${CLI}: deploy --prebuilt`,
    on: CREATE,
    apply: withParameter(inQuery('prebuilt', { type: 'string', enum: ['1'] })),
  },
  {
    what: 'a file has a mode',
    source: `${CLI}: deploy`,
    on: CREATE,
    apply: (operation) =>
      edit(
        operation,
        ['requestBody', ...JSON_BODY, 'properties', 'files', 'items', 'oneOf'],
        (all) =>
          (all as JsonObject[]).map((one) =>
            edit(one, ['properties'], (own) => ({
              ...(own as JsonObject),
              mode: { type: 'integer' },
            })),
          ),
      ),
  },
  ...[CREATE, 'GET /v13/deployments/{idOrUrl}', 'GET /v6/deployments'].map(
    (on): Correction => ({
      what: 'a deployment can be blocked',
      source: `${SDK}, getdeploymentsop: state BLOCKED`,
      on,
      apply: (operation) => addState(operation, 'BLOCKED') as Operation,
    }),
  ),
  {
    what: 'an alias is answered as one object, not as a list of them',
    source: `${SDK}, getaliasop`,
    on: 'GET /v4/aliases/{idOrAlias}',
    apply: (operation) =>
      edit(
        operation,
        ['responses', '200', ...JSON_BODY],
        (list) => (list as JsonObject).items as Json,
      ),
  },
  {
    what: 'the answer about aliases of a promotion is their list; the other alternative accepts anything',
    source: 'the document itself, second alternative',
    on: 'GET /v1/projects/{projectId}/promote/aliases',
    apply: (operation) =>
      edit(operation, ['responses', '200', ...JSON_BODY, 'oneOf'], (all) =>
        (all as Json[]).slice(1),
      ),
  },
  {
    what: 'a project tells whether its last change of aliases is to be shown',
    source: `${CLI}: promote and rollback ask with rollbackInfo=true`,
    on: 'GET /v9/projects/{idOrName}',
    apply: withParameter(inQuery('rollbackInfo', { type: 'string', enum: ['true'] })),
  },
  {
    what: 'a project may not be there',
    source: `${CLI}: link and remove ask for a project that may not exist`,
    on: 'GET /v9/projects/{idOrName}',
    apply: (operation) =>
      edit(operation, ['responses'], (own) => ({ ...(own as JsonObject), 404: {} })),
  },
  {
    what: 'the settings of rolling releases are written by a body',
    source: `${CLI}: rolling-release configure; the Terraform provider of Vercel`,
    on: 'PATCH /v1/projects/{idOrName}/rolling-release/config',
    apply: (operation) => ({
      ...operation,
      requestBody: bodyOf({
        type: 'object',
        required: ['enabled', 'advancementType', 'stages'],
        additionalProperties: false,
        properties: {
          enabled: { type: 'boolean' },
          advancementType: { type: 'string', enum: ['automatic', 'manual-approval'] },
          stages: {
            type: 'array',
            minItems: 2,
            maxItems: 10,
            items: {
              type: 'object',
              required: ['targetPercentage'],
              additionalProperties: false,
              properties: {
                targetPercentage: { type: 'integer', minimum: 0, maximum: 100 },
                duration: { type: 'integer', minimum: 1, maximum: 10000 },
              },
            },
          },
        },
      }),
    }),
  },
  {
    what: 'the note of a bypass secret',
    source: `${SDK}, updateprojectprotectionbypassop`,
    on: 'PATCH /v1/projects/{idOrName}/protection-bypass',
    apply: (operation) =>
      edit(
        operation,
        ['requestBody', ...JSON_BODY, 'properties', 'generate', 'properties'],
        (own) => ({ ...(own as JsonObject), note: { type: 'string' } }),
      ),
  },
];

/** Answers that every operation may give, by its clients: throttled, and away. */
const EVERYWHERE = answers(429, 500, 502, 503);

export function overlaid(document: Operations): Operations {
  const added = ADDED.map(({ on, operation }) => [on, likeApproval(operation, document)] as const);
  const all = { ...document, ...Object.fromEntries(added) };
  for (const { on, apply } of CORRECTIONS) all[on] = apply(required(all, on));
  return Object.fromEntries(
    Object.entries(all).map(([name, operation]) => [
      name,
      edit(operation, ['responses'], (own) => ({ ...EVERYWHERE, ...(own as JsonObject) })),
    ]),
  );
}

function likeApproval(operation: Operation, document: Operations): Operation {
  const like = (required(document, APPROVE).responses as JsonObject)['200'] as Json;
  return edit(operation, ['responses'], (own) => {
    const responses = own as JsonObject;
    return 'like' in ((responses['200'] ?? {}) as JsonObject)
      ? { ...responses, 200: like }
      : responses;
  });
}

const JSON_BODY = ['content', 'application/json', 'schema'];

function withBodyProperty(properties: JsonObject) {
  return (operation: Operation) =>
    edit(operation, ['requestBody', ...JSON_BODY, 'properties'], (own) => ({
      ...(own as JsonObject),
      ...properties,
    }));
}

function withParameter(parameter: Json) {
  return (operation: Operation) =>
    edit(operation, ['parameters'], (own) => [...(own as Json[]), parameter]);
}

function edit(value: JsonObject, path: readonly string[], change: (own: Json) => Json): JsonObject {
  const [name = '', ...rest] = path;
  const own = value[name];
  if (own === undefined) throw new Error(`the document has no ${path.join('.')}`);
  return {
    ...value,
    [name]: rest.length === 0 ? change(own) : edit(own as JsonObject, rest, change),
  };
}

/** Wherever states of deployments are listed. */
function addState(value: Json, state: string): Json {
  if (Array.isArray(value)) {
    const states = value.includes('QUEUED') && value.includes('BUILDING');
    return states ? [...value, state] : value.map((entry) => addState(entry, state));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, addState(own, state)]));
}

function required(operations: Operations, name: string): Operation {
  const found = operations[name];
  if (!found) throw new Error(`the document has no ${name}`);
  return found;
}
