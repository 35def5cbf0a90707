import { ALARM_STATES } from '../alarm/transitions';
import { LEVELS } from '../alarm/verdict';
import { DETECTOR_KINDS } from '../detect/detector';
import type { Scope } from './keys';
import type { Schema } from './schema';

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly schema: Schema;
  readonly required?: true;
  /** Something to start from; the page to try it puts what there is in its place. */
  readonly example?: string;
}

/** One thing that can be asked for: the document is made of these, and requests are held against them. */
export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post';
  /** Below the base path; `{name}` is a parameter. */
  readonly path: string;
  /** What a key must be for; `undefined` asks for no key. */
  readonly scope?: Scope;
  readonly parameters: readonly Parameter[];
  /** Name of the schema of its body. */
  readonly body?: string;
  /** Whether it may come without one. */
  readonly bodyOptional?: true;
  /** Name of the schema of its answer, or the media type where it is no JSON. */
  readonly answer: { readonly schema: string } | { readonly media: string };
  /** Status codes of problems, beside those that all with a key and all with a body have. */
  readonly problems: readonly number[];
  /** Status code under which the same schema is answered, too. */
  readonly also?: number;
}

const asset: Schema = { type: 'string', minLength: 1, maxLength: 128 };
const paging: readonly Parameter[] = [
  { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 500 } },
  { name: 'cursor', in: 'query', schema: { type: 'string', minLength: 1, maxLength: 1000 } },
];
const once: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
};
const id: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: 128 },
  example: '4be1f0a2c3d4e5f6',
};

const listed = (name: string, scope: Scope, schema: string, more: readonly Parameter[] = []): Operation => ({
  id: name,
  method: 'get',
  path: `/${name}`,
  scope,
  parameters: [...more, ...paging],
  answer: { schema },
  problems: [422, 503],
});

const onAlarm = (verb: string, body: string): Operation => ({
  id: `${verb}Alarm`,
  method: 'post',
  path: `/alarms/{id}/${verb}`,
  scope: 'alarms',
  parameters: [id, once],
  body,
  bodyOptional: true,
  answer: { schema: 'AlarmDone' },
  problems: [404, 409, 422, 503],
});

/** Everything that can be asked for, as the document lists it. */
export const OPERATIONS = [
  {
    id: 'predict',
    method: 'post',
    path: '/predict',
    scope: 'predict',
    parameters: [],
    body: 'PredictRequest',
    answer: { schema: 'Prediction' },
    problems: [422, 503],
  },
  {
    id: 'predictNext',
    method: 'post',
    path: '/assets/{asset}/predict',
    scope: 'predict',
    parameters: [{ name: 'asset', in: 'path', required: true, schema: asset, example: 'SWaT' }],
    body: 'PredictNextRequest',
    answer: { schema: 'Prediction' },
    problems: [404, 409, 422, 503],
  },
  listed('assets', 'read', 'AssetPage', [{ name: 'level', in: 'query', schema: { type: 'string', enum: LEVELS } }]),
  listed('alarms', 'read', 'AlarmPage', [
    { name: 'asset', in: 'query', schema: asset },
    { name: 'level', in: 'query', schema: { type: 'string', enum: LEVELS } },
    { name: 'state', in: 'query', schema: { type: 'string', enum: ALARM_STATES } },
  ]),
  onAlarm('acknowledge', 'AckRequest'),
  onAlarm('shelve', 'ShelveRequest'),
  onAlarm('unshelve', 'AckRequest'),
  listed('models', 'read', 'ModelPage'),
  {
    id: 'activateModel',
    method: 'post',
    path: '/models/{kind}/activate',
    scope: 'models',
    parameters: [
      { name: 'kind', in: 'path', required: true, schema: { type: 'string', enum: DETECTOR_KINDS }, example: 'pca' },
      once,
    ],
    body: 'ActivateRequest',
    answer: { schema: 'Activated' },
    problems: [404, 409, 422, 503],
  },
  {
    id: 'metrics',
    method: 'get',
    path: '/metrics',
    scope: 'read',
    parameters: [],
    answer: { media: 'text/plain' },
    problems: [],
  },
  { id: 'health', method: 'get', path: '/health', parameters: [], answer: { schema: 'Health' }, problems: [] },
  {
    id: 'ready',
    method: 'get',
    path: '/ready',
    parameters: [],
    answer: { schema: 'Readiness' },
    problems: [],
    also: 503,
  },
] as const satisfies readonly Operation[];

/** What each operation is called. */
export type OperationId =
  | 'predict'
  | 'predictNext'
  | 'assets'
  | 'alarms'
  | 'acknowledgeAlarm'
  | 'shelveAlarm'
  | 'unshelveAlarm'
  | 'models'
  | 'activateModel'
  | 'metrics'
  | 'health'
  | 'ready';
