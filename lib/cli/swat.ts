#!/usr/bin/env node
import { evaluate } from './evaluate';
import { simulate } from './simulate';
import { errorText, type Command, type Terminal } from './terminal';
import { train } from './train';

const COMMANDS: Readonly<Record<string, { run: Command; help: string }>> = {
  simulate: {
    run: simulate,
    help: 'writes a historian CSV of the simulated plant: --hours 1 --seed 1 --attack 3 --after 1800 --out FILE',
  },
  train: {
    run: train,
    help: 'trains on the simulated plant: --hours 120 --runs 10 --seed 1 --length 60 --stride 10 --kinds autoencoder,iforest,pca --out FOLDER, or on a CSV: FILE --out FOLDER --plant TAGS.json --kind pca --preset recommended --exclude-tags A,B --exclude FROM/TO --false-alarms 1, or --check',
  },
  evaluate: {
    run: evaluate,
    help: 'measures a model: --hours 24 --runs 3 --seed 7310000 --attacks all --model FOLDER, with --drill 12 on random attacks, or fresh detectors on labelled data: --data DIR --format pack|swat|csv --preset recommended --only gecco --out predictions.csv --json; csv: --train-until 0.5 --labels FILE',
  },
};

const terminal: Terminal = {
  result: (line) => process.stdout.write(`${line}\n`),
  progress: (line) => process.stderr.write(`${line}\n`),
};

async function main(given: readonly string[]): Promise<number> {
  const name = given.at(0) ?? '--help';
  const args = given.slice(1);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined || args.includes('--help')) {
    const asked = name === '--help' || command !== undefined;
    const usage = Object.entries(COMMANDS).map(([each, { help }]) => `  ${each.padEnd(10)}${help}`);
    for (const line of ['usage: swat <command> [options]', ...usage]) terminal[asked ? 'result' : 'progress'](line);
    return asked ? 0 : 2;
  }
  try {
    return await command.run(args, terminal);
  } catch (cause) {
    terminal.progress(`swat ${name}: ${errorText(cause)}`);
    return 1;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
