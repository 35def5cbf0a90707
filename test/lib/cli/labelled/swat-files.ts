import { writeFile } from 'node:fs/promises';
import { createPlantSimulation } from '../../../../lib/plant/sim/plant';
import { SWAT } from '../../../../lib/plant/swat';

/** How iTrust's files differ from one another. */
export interface SwatShape {
  /** A line of stage names above the header. */
  readonly stages: boolean;
  /** How a row in an attack is labelled. */
  readonly attack: 'Attack' | 'A ttack';
}

const START = Date.UTC(2015, 11, 28, 9, 55);

/** ` 28/12/2015 10:00:00 AM`, as in the published files. */
function swatTime(ms: number): string {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hour = at.getUTCHours();
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return ` ${at.getUTCDate()}/${at.getUTCMonth() + 1}/${at.getUTCFullYear()} ${clock} ${hour < 12 ? 'AM' : 'PM'}`;
}

/**
 * A file of exactly the published shape (53 columns, CRLF, stray blanks in titles) of the simulated plant; with an attack from
 * one row on where that is given. @returns the time of the first row, ms
 */
export async function swatFile(path: string, rows: number, shape: SwatShape, attackFrom?: number): Promise<number> {
  const plant = createPlantSimulation({ seed: attackFrom === undefined ? 5 : 6, startTime: START });
  // Every seventh title has a blank in front of it, as in the exports.
  const titles = SWAT.tags.map(({ name }, at) => (at % 7 === 1 ? ` ${name}` : name));
  const lines = shape.stages ? [`,${SWAT.tags.map(({ stage }) => stage).join(',')},`] : [];
  lines.push(` Timestamp,${titles.join(',')},Normal/Attack`);
  for (let row = 0; row < rows; row += 1) {
    if (row === attackFrom) plant.start(ATTACK);
    const { values, label: truth } = plant.step();
    const label = truth.attack === null ? 'Normal' : shape.attack;
    lines.push(`${swatTime(START + row * 1000)},${Array.from(values, (value) => value.toFixed(4)).join(',')},${label}`);
  }
  await writeFile(path, `${lines.join('\r\n')}\r\n`);
  return START;
}

/** The level of the raw water tank is raised by a millimetre a second (number 3 of the published list). */
const ATTACK = 3;
