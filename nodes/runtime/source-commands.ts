import { MOST_ATTACKS, randomDrill } from '../../lib/plant/drill';
import { SwatError } from '../../lib/errors';
import { ATTACKS } from '../../lib/plant/attacks';
import type { Player } from '../../lib/stream/player';
import { commandName } from './commands';
import { readNumber } from './settings';
import { readFactor, readGap, SEED } from './source-settings';

/** The commands of a `swat-source`. */
export const COMMANDS = [
  'start',
  'pause',
  'resume',
  'stop',
  'attack',
  'stop-attack',
  'drill',
  'scoreboard',
  'speed',
  'next',
] as const;

/**
 * Does what a command to `swat-source` says.
 * @param drillSeed of a drill that is given none
 * @param standing sends how the scoreboard stands
 * @throws SwatError `unknown-command`, `setting-number`, and what the player refuses
 */
export function obey(
  player: Player,
  given: Readonly<Record<string, unknown>>,
  drillSeed: number,
  standing: () => void,
): void {
  switch (commandName(given, COMMANDS)) {
    case 'start':
      player.start();
      break;
    case 'pause':
      player.pause();
      break;
    case 'resume':
      player.resume();
      break;
    case 'stop':
      player.stop();
      break;
    case 'attack':
      if (given.id === undefined) throw new SwatError('attack-id', { known: ATTACKS.map(({ id }) => id).join(', ') });
      player.startAttack(readNumber('id', given.id, { min: 1, max: 999, integer: true, fallback: 0 }));
      break;
    case 'stop-attack':
      player.stopAttack();
      break;
    case 'drill': {
      const count = readNumber('count', given.count, {
        min: 1,
        max: MOST_ATTACKS,
        integer: true,
        fallback: ATTACKS.length,
      });
      const seed = readNumber('seed', given.seed, { ...SEED, fallback: drillSeed });
      player.startDrill(randomDrill(count, seed, readGap(given.gap)));
      break;
    }
    case 'scoreboard':
      standing();
      break;
    case 'speed':
      player.setFactor(readFactor(given.factor));
      break;
    case 'next':
      player.grant(readNumber('count', given.count, { min: 1, max: 100_000, integer: true, fallback: 1 }));
      break;
  }
}
