import type { Tag } from '../plant/dictionary';
import { OPERATIONS, type Operation } from './operations';
import { schemasOf } from './schemas';
import type { Schema } from './schema';

/** An OpenAPI document: plain data. */
export type Document = Readonly<Record<string, unknown>> & {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly securitySchemes: object };
};

export interface DocumentOptions {
  readonly title: string;
  readonly version: string;
  /** Where it is served: a path, or a whole address. */
  readonly server: string;
  /** Of the plant that frames are of; empty while it is not known. */
  readonly tags: readonly Tag[];
  /** The text for a key such as `operation.predict` or `problem.404`, in the user's language. */
  readonly say: (key: string) => string;
}

/** All of it that needs a key may be answered with these; what has a body, with {@link WITH_BODY} beside. */
const WITH_KEY = [401, 403, 429];
const WITH_PARAMETERS = [400];
const WITH_BODY = [400, 413, 415];

/** The OpenAPI 3.1 document: made of the very operations and schemas that requests are held against. */
export function documentOf({ title, version, server, tags, say }: DocumentOptions): Document {
  const paths: Record<string, Record<string, object>> = {};
  const schemas = schemasOf(tags);
  for (const operation of OPERATIONS as readonly Operation[]) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method]: described(operation, say, tags) };
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: { title, version, description: say('description'), license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: server }],
    security: [{ key: [] }, { bearer: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: say('security.key') },
        bearer: { type: 'http', scheme: 'bearer', description: say('security.bearer') },
      },
    },
  };
}

function described(operation: Operation, say: (key: string) => string, tags: readonly Tag[]): object {
  const { id, scope, parameters, body, bodyOptional, answer, also } = operation;
  const problems = new Set(operation.problems);
  for (const each of [
    ...(scope === undefined ? [] : WITH_KEY),
    ...WITH_PARAMETERS,
    ...(body === undefined ? [] : WITH_BODY),
  ])
    problems.add(each);
  const content = 'schema' in answer ? json(answer.schema) : { [answer.media]: { schema: { type: 'string' } } };
  const refusals = [...problems].sort((a, b) => a - b);
  return {
    operationId: id,
    summary: say(`operation.${id}`),
    description: say(`about.${id}`),
    tags: [groupOf(operation)],
    ...(scope === undefined ? { security: [] } : { 'x-scope': scope }),
    parameters: parameters.map(({ name, ...rest }) => ({ name, ...rest, description: say(`parameter.${name}`) })),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: bodyOptional !== true,
            content: json(body, exampleOf(body, tags)),
          },
        }),
    responses: {
      200: { description: say('answer'), content },
      ...(also === undefined ? {} : { [also]: { description: say(`problem.${also}`), content } }),
      ...Object.fromEntries(
        refusals.map((status) => [status, { description: say(`problem.${status}`), content: PROBLEM }]),
      ),
    },
  };
}

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

function json(name: string, example?: unknown): object {
  return {
    'application/json': {
      schema: { $ref: `#/components/schemas/${name}` },
      ...(example === undefined ? {} : { example }),
    },
  };
}

function groupOf({ path }: Operation): string {
  if (path.endsWith('/predict')) return 'predict';
  const [, first] = path.split('/');
  return ['assets', 'alarms', 'models'].includes(first) ? first : 'operation';
}

/** Something to start from: a frame with every tag in the middle of its range. */
function exampleOf(body: string, tags: readonly Tag[]): unknown {
  const middle = ({ kind, low, high }: Tag): number => (kind === 'actuator' ? high : (low + high) / 2);
  const frame = Object.fromEntries(tags.map((tag) => [tag.name, middle(tag)]));
  switch (body) {
    case 'PredictRequest':
      return tags.length === 0 ? undefined : { frames: [frame] };
    case 'PredictNextRequest':
      return tags.length === 0 ? undefined : { frame };
    case 'ActivateRequest':
      return { version: '20261122-161100-3f09ac', reason: 'fewer false alarms' };
    case 'AckRequest':
      return { comment: 'seen' };
    case 'ShelveRequest':
      return { minutes: 30, comment: 'maintenance' };
    default:
      return undefined;
  }
}
