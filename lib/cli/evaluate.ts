import { readArguments } from './arguments';
import { evaluatePack } from './evaluate-pack';
import { evaluatePlant } from './evaluate-plant';
import { PACKAGE_FOLDER } from '../platform/product';
import { join } from 'node:path';
import type { Command } from './terminal';

/** `swat evaluate`: a model on the simulated plant, or freshly trained detectors on a folder of labelled data. */
export const evaluate: Command = async (args, terminal) => {
  const given = readArguments(args, {
    hours: { kind: 'number', fallback: 24, min: 0.1, max: 10_000 },
    runs: { kind: 'number', whole: true, fallback: 3, min: 1, max: 1000 },
    seed: { kind: 'number', fallback: 7_310_000, min: 0, max: 2 ** 32 - 1, whole: true },
    model: { kind: 'text', fallback: join(PACKAGE_FOLDER, 'models') },
    attacks: { kind: 'text', fallback: 'all' },
    drill: { kind: 'number', fallback: 0, min: 0, max: 1000, whole: true },
    data: { kind: 'text' },
    only: { kind: 'text', fallback: '' },
    length: { kind: 'number', fallback: 60, min: 2, max: 3600, whole: true },
    stride: { kind: 'number', fallback: 10, min: 1, max: 3600, whole: true },
    out: { kind: 'text' },
    json: { kind: 'flag' },
  });
  const data = given.text('data');
  const measured =
    data === undefined
      ? await evaluatePlant(
          {
            hours: given.number('hours'),
            runs: given.number('runs'),
            seed: given.number('seed'),
            folder: given.text('model') ?? '',
            attacks: given.text('attacks') ?? 'all',
            drill: given.number('drill'),
          },
          terminal,
        )
      : await evaluatePack(
          {
            folder: data,
            only: given.text('only') ?? '',
            length: given.number('length'),
            stride: given.number('stride'),
            seed: given.number('seed'),
            out: given.text('out'),
          },
          terminal,
        );
  if (given.flag('json')) terminal.result(JSON.stringify(measured.json, null, 2));
  else for (const line of measured.lines) terminal.result(line);
  return 0;
};
