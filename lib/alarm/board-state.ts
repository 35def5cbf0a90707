import { SwatError } from '../errors';
import { isCount, isTime } from './restore';
import type { AttackScore, BoardState } from './scoreboard';
import { isRecord } from '../record';
import { LEVELS } from './verdict';

const damaged = (): SwatError => new SwatError('snapshot-corrupt', { key: 'scoreboard' });

/**
 * What was saved of a scoreboard, at most so many attacks.
 * @throws SwatError `snapshot-corrupt`
 */
export function readBoard(saved: unknown, most: number): BoardState {
  if (!isRecord(saved)) throw damaged();
  const { falseAlarms, recovering, unaccounted, time, normalMs } = saved;
  if (!isCount(falseAlarms) || !isCount(recovering) || !isCount(unaccounted)) throw damaged();
  if (!isTimeOrNull(time) || !isTime(normalMs) || normalMs < 0) throw damaged();
  return { open: readScoredAttacks(saved.open, most), falseAlarms, recovering, unaccounted, time, normalMs };
}

/**
 * The attacks of a scoreboard as they were saved, at most so many.
 * @throws SwatError `snapshot-corrupt`
 */
export function readScoredAttacks(saved: unknown, most: number): AttackScore[] {
  if (!Array.isArray(saved) || saved.length > most) throw damaged();
  return saved.map(readAttack);
}

function readAttack(saved: unknown): AttackScore {
  if (!isRecord(saved)) throw damaged();
  const { attack, title, started, ended, detected, delayS, delayFromStartS, named, stage } = saved;
  const { stageNamed, firstStageNamed, alarmsBefore, alarms, alarmsRecovering } = saved;
  const level = saved.level === null ? null : LEVELS.find((each) => each === saved.level);
  if (!isCount(attack) || typeof title !== 'string' || !isTime(started) || level === undefined) throw damaged();
  if (!isTimeOrNull(ended) || !isTimeOrNull(delayS) || !isTimeOrNull(delayFromStartS)) throw damaged();
  if (!isTextOrNull(named) || !isTextOrNull(stage)) throw damaged();
  if (typeof detected !== 'boolean' || typeof stageNamed !== 'boolean' || typeof firstStageNamed !== 'boolean') {
    throw damaged();
  }
  if (!isCount(alarmsBefore) || !isCount(alarms) || !isCount(alarmsRecovering)) throw damaged();
  return {
    attack,
    title,
    tags: readTexts(saved.tags),
    stages: readTexts(saved.stages),
    started,
    ended,
    firstDifference: readDifference(saved.firstDifference),
    detected,
    delayS,
    delayFromStartS,
    level,
    named,
    stage,
    stageNamed,
    firstStageNamed,
    alarmsBefore,
    alarms,
    alarmsRecovering,
  };
}

function readDifference(saved: unknown): AttackScore['firstDifference'] {
  if (saved === null) return null;
  if (!isRecord(saved) || !isTime(saved.time) || typeof saved.tag !== 'string') throw damaged();
  return { time: saved.time, tag: saved.tag };
}

function readTexts(saved: unknown): string[] {
  if (!Array.isArray(saved)) throw damaged();
  return saved.map((each: unknown) => {
    if (typeof each !== 'string') throw damaged();
    return each;
  });
}

function isTimeOrNull(value: unknown): value is number | null {
  return value === null || isTime(value);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
