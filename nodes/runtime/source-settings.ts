import { createHash } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../../lib/errors';
import { LEAST_GAP, MOST_ATTACKS, randomDrill } from '../../lib/plant/drill';
import { parseSchedule } from '../../lib/plant/schedule';
import { openText } from '../../lib/platform/textfile';
import { timeReader } from '../../lib/stream/local-time';
import type { PlayerInput } from '../../lib/stream/player';
import type { PlantNode } from './plant-node';
import { readChoice, readNumber, readText } from './settings';
import { userFolder } from './user-folder';

/** `swat-source` as it is saved in a flow. */
export interface SourceDef extends NodeDef {
  mode?: unknown;
  plant?: unknown;
  asset?: unknown;
  autostart?: unknown;
  speed?: unknown;
  factor?: unknown;
  credit?: unknown;
  seed?: unknown;
  buttonAttack?: unknown;
  schedule?: unknown;
  repeat?: unknown;
  drill?: unknown;
  drillSeed?: unknown;
  drillGap?: unknown;
  file?: unknown;
  timeZone?: unknown;
  timeColumn?: unknown;
  labelColumn?: unknown;
  loop?: unknown;
}

export interface SourceSettings {
  readonly asset: string;
  readonly autostart: boolean;
  readonly credit: boolean;
  readonly factor: number;
  /** The attack that the button starts. */
  readonly buttonAttack: number;
  /** Of a drill whose command names none. */
  readonly drillSeed: number;
  readonly input: PlayerInput;
  /** What a saved state depends on: with another one, the source begins anew. */
  readonly stateKey: string;
}

/** The slowest and fastest pace that can be asked for. */
const FACTOR = { min: 0.01, max: 100_000 };

/** What a seed may be. */
export const SEED = { min: 0, max: 4_294_967_295, integer: true };

/**
 * Reads the settings of a `swat-source`.
 * @throws SwatError what is wrong with the first one that is
 */
export function readSourceSettings(RED: NodeAPI, config: SourceDef): SourceSettings {
  const input =
    readChoice('mode', config.mode, ['simulation', 'historian'] as const, 'simulation') === 'simulation'
      ? simulation(config)
      : historian(RED, config);
  const speed = readChoice('speed', config.speed, ['real', 'times', 'max'] as const, 'real');
  const factor = readNumber('factor', config.factor, { ...FACTOR, fallback: 10 });
  return {
    asset: readText(config.asset) || 'SWaT',
    autostart: config.autostart !== false,
    credit: config.credit === true,
    factor: speed === 'real' ? 1 : speed === 'times' ? factor : Number.POSITIVE_INFINITY,
    buttonAttack: readNumber('buttonAttack', config.buttonAttack, { min: 1, max: 999, integer: true, fallback: 3 }),
    drillSeed: readNumber('drillSeed', config.drillSeed, { ...SEED, fallback: 1 }),
    ...input,
  };
}

function keyOf(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** A pace from a command: a number, or `max`. */
export function readFactor(value: unknown): number {
  if (value === 'max') return Number.POSITIVE_INFINITY;
  return readNumber('factor', value, { ...FACTOR, fallback: 1 });
}

/** Minutes of normal operation around each attack of a drill, at least 15, in seconds. */
export function readGap(minutes: unknown): number {
  const least = LEAST_GAP / 60;
  return Math.round(readNumber('gap', minutes, { min: least, max: 1440, fallback: least }) * 60);
}

function simulation(config: SourceDef): Pick<SourceSettings, 'input' | 'stateKey'> {
  const seed = readNumber('seed', config.seed, { ...SEED, fallback: 1 });
  const repeat = readNumber('repeat', config.repeat, { min: 0, max: 100_000, fallback: 0 });
  const schedule = parseSchedule(readText(config.schedule), repeat);
  const count = readNumber('drill', config.drill, { min: 0, max: MOST_ATTACKS, integer: true, fallback: 0 });
  const drillSeed = readNumber('drillSeed', config.drillSeed, { ...SEED, fallback: 1 });
  const gap = readGap(config.drillGap);
  const drill = count === 0 ? {} : { drill: randomDrill(count, drillSeed, gap) };
  const input: PlayerInput = { mode: 'simulation', seed, schedule, ...drill };
  return { input, stateKey: keyOf(input) };
}

function historian(RED: NodeAPI, config: SourceDef): Pick<SourceSettings, 'input' | 'stateKey'> {
  const file = readText(config.file);
  if (file === '') throw new SwatError('file-unset');
  const path = isAbsolute(file) ? file : join(userFolder(RED), file);
  const timeZone = readText(config.timeZone) || 'UTC';
  timeReader(timeZone);
  const id = readText(config.plant);
  const plantNode = id === '' ? undefined : (RED.nodes.getNode(id) as PlantNode | null);
  if (plantNode === null) throw new SwatError('plant-missing');
  const columns = { time: readText(config.timeColumn), label: readText(config.labelColumn) };
  return {
    input: {
      mode: 'historian',
      timeZone,
      loop: config.loop === true,
      columns,
      // Read when it is needed: a plant that learns has its tags later.
      get plant() {
        return plantNode?.plant;
      },
      open: () => openText(path),
    },
    stateKey: keyOf('historian', path, timeZone, columns, id),
  };
}
