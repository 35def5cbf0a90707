import { FINDINGS, LEVELS } from '../alarm/verdict';
import { DETECTOR_KINDS } from '../detect/detector';
import type { Tag } from '../plant/dictionary';
import { SCOPES } from './keys';
import type { Schema } from './schema';

/** Frames of one request, at most. */
export const MOST_FRAMES = 1000;
/** Tags of one frame, at most: as many as a plant may have, and some to spare. */
const MOST_VALUES = 6000;
const LONGEST_ASSET = 128;
const LONGEST_COMMENT = 500;

/** The plant's time: when a value was read at its source. */
const time: Schema = { type: 'integer', description: 'Event time, by the clock of the plant: ms since 1970' };
/** What people and programs do goes by the clock on the wall. */
const clock: Schema = {
  type: 'integer',
  description: 'By the clock of the machine that Node-RED runs on: ms since 1970',
};
const number: Schema = { type: 'number' };
const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const level: Schema = { type: 'string', enum: LEVELS };
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object; more than these may be in it, as later versions tell more. */
function open(properties: Readonly<Record<string, Schema>>, required = Object.keys(properties)): Schema {
  return { type: 'object', properties, required };
}

/** An object that is sent to us: nothing else may be in it, so that no mistyped name goes unnoticed. */
function closed(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

const moment = open({ time });

const page = (name: string): Schema => open({ items: listOf(ref(name)), next: text }, ['items']);

const comment: Schema = { type: 'string', maxLength: LONGEST_COMMENT };
const value: Schema = { type: ['number', 'string', 'boolean', 'null'], maxLength: 256 };
const asset: Schema = { type: 'string', minLength: 1, maxLength: LONGEST_ASSET };

/**
 * The schemas of requests and answers.
 * @param tags of the plant that frames are of, as far as it is known: they are named in the document
 */
export function schemasOf(tags: readonly Tag[] = []): Readonly<Record<string, Schema>> {
  const named = tags.slice(0, 1000).map(({ name, unit, stage }) => {
    const description = [stage, unit].filter((each) => each !== '').join(', ');
    return [name, description === '' ? value : { ...value, description }] as const;
  });
  return {
    Frame: {
      type: 'object',
      properties: {
        timestamp: {
          type: ['integer', 'string'],
          minimum: 5_000_000_000,
          maximum: 8_640_000_000_000_000,
          maxLength: 40,
        },
        ...Object.fromEntries(named),
      },
      // Where all tags are known, so is a name that is mistyped.
      additionalProperties: named.length > 0 && named.length === tags.length ? false : value,
      minProperties: 1,
      maxProperties: MOST_VALUES,
    },
    PredictRequest: closed(
      { asset, frames: { type: 'array', items: ref('Frame'), minItems: 1, maxItems: MOST_FRAMES } },
      ['frames'],
    ),
    PredictNextRequest: closed({ frame: ref('Frame') }, ['frame']),
    Prediction: open(
      {
        asset: text,
        unused: {
          type: 'object',
          additionalProperties: text,
          description: 'Tags of the frame whose value could not be used, and why; the last good value stands for it.',
        },
        verdicts: listOf(ref('PredictedVerdict')),
      },
      ['asset', 'verdicts'],
    ),
    PredictedVerdict: open({
      ...verdict,
      quality: open({ good: number, bad: listOf(text) }),
    }),
    Verdict: open(verdict),
    Blamed: open({ tag: text, stage: text, feature: text, share: number, seen: number, expected: number, unit: text }, [
      'tag',
      'stage',
      'share',
    ]),
    Asset: open(
      {
        asset: text,
        window: open({
          filled: { type: 'integer' },
          length: { type: 'integer' },
          good: number,
          bad: { type: 'integer' },
        }),
        lastTime: time,
        communication: { type: 'string', enum: ['ok', 'lost'] },
        verdict: ref('Verdict'),
      },
      ['asset'],
    ),
    AssetPage: page('Asset'),
    Alarm: open(
      {
        id: text,
        asset: text,
        kind: { type: 'string', enum: ['process', 'communication'] },
        state: text,
        level,
        priority: text,
        since: clock,
        onset: moment,
        peak: moment,
        time,
        hold: open({ state: text, since: clock, until: clock }, ['state', 'since']),
        text,
        why: text,
        commands: listOf(text),
      },
      [
        'id',
        'asset',
        'kind',
        'state',
        'level',
        'priority',
        'since',
        'onset',
        'peak',
        'time',
        'text',
        'why',
        'commands',
      ],
    ),
    AlarmPage: page('Alarm'),
    AckRequest: closed({ comment }),
    ShelveRequest: closed({
      minutes: { type: 'number', exclusiveMinimum: 0, maximum: 10_080 },
      oneShot: flag,
      comment,
    }),
    AlarmDone: open({ ok: flag, command: text, id: text }, ['ok', 'command']),
    Model: open({
      kind: { type: 'string', enum: DETECTOR_KINDS },
      detector: text,
      name: text,
      versions: listOf(ref('Version')),
    }),
    Version: open({ version: text, active: flag, origin: text, created: clock, threshold: number }, [
      'version',
      'active',
    ]),
    ModelPage: page('Model'),
    ActivateRequest: closed(
      { version: { type: 'string', minLength: 1, maxLength: 64 }, reason: { type: 'string', maxLength: 1000 } },
      ['version'],
    ),
    Activated: open({ ok: flag, version: text }),
    Health: open({ alive: flag }),
    Readiness: open({ ready: flag, waiting: listOf(open({ part: text, reason: text })) }, ['ready']),
    Problem: open(
      {
        type: text,
        title: text,
        status: { type: 'integer' },
        detail: text,
        code: text,
        errors: listOf(open({ pointer: text, detail: text, rule: text })),
      },
      ['type', 'title', 'status', 'detail', 'code'],
    ),
    Scope: { type: 'string', enum: SCOPES },
  };
}

const verdict = {
  asset: text,
  time,
  finding: { type: 'string', enum: FINDINGS } as Schema,
  level,
  ratio: number,
  partial: flag,
  detectors: {
    type: 'object',
    additionalProperties: open({ score: number, threshold: number, ratio: number, ready: flag, model: text }),
  } as Schema,
  tags: listOf(ref('Blamed')),
  text,
};
