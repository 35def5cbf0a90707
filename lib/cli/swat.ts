#!/usr/bin/env node
import { SwatError } from '../errors';
import { config, CONFIG_OPTIONS } from './config';
import { evaluate, EVALUATE_OPTIONS } from './evaluate';
import { helpOf, overview, type Form } from './help';
import { journal, JOURNAL_OPTIONS } from './journal';
import { kafka, KAFKA_OPTIONS } from './kafka';
import { replay, REPLAY_OPTIONS } from './replay';
import { report, REPORT_OPTIONS } from './report';
import { simulate, SIMULATE_OPTIONS } from './simulate';
import { errorText, type Command, type Terminal } from './terminal';
import { train, TRAIN_OPTIONS } from './train';
import { TRAIN_FILE_OPTIONS } from './train-file';

const COMMANDS: Readonly<Record<string, { readonly run: Command; readonly forms: readonly Form[] }>> = {
  simulate: { run: simulate, forms: [{ name: 'simulate', options: SIMULATE_OPTIONS }] },
  replay: { run: replay, forms: [{ name: 'replay', options: REPLAY_OPTIONS }] },
  train: {
    run: train,
    forms: [
      { name: 'train-file', options: TRAIN_FILE_OPTIONS },
      { name: 'train', options: TRAIN_OPTIONS },
    ],
  },
  evaluate: { run: evaluate, forms: [{ name: 'evaluate', options: EVALUATE_OPTIONS }] },
  journal: { run: journal, forms: [{ name: 'journal', options: JOURNAL_OPTIONS }] },
  report: { run: report, forms: [{ name: 'report', options: REPORT_OPTIONS }] },
  config: { run: config, forms: [{ name: 'config', options: CONFIG_OPTIONS }] },
  kafka: { run: kafka, forms: [{ name: 'kafka', options: KAFKA_OPTIONS }] },
};

/** Whoever reads the results may have had enough of them, like `head`: then the command ends, and clears up after itself. */
let enough = false;
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code !== 'EPIPE') throw cause;
  enough = true;
});

const terminal: Terminal = {
  result: (line) => {
    if (enough) throw new Error('nobody reads on');
    process.stdout.write(`${line}\n`);
  },
  progress: (line) => process.stderr.write(`${line}\n`),
};

async function main(given: readonly string[]): Promise<number> {
  const name = given.at(0) ?? '--help';
  const args = given.slice(1);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const asked = name === '--help';
    if (!asked) terminal.progress(`swat: ${errorText(new SwatError('cli-command', { name: name.slice(0, 40) }))}`);
    for (const line of overview(Object.keys(COMMANDS))) terminal[asked ? 'result' : 'progress'](line);
    return asked ? 0 : 2;
  }
  if (args.includes('--help')) {
    for (const line of helpOf(command.forms)) terminal.result(line);
    return 0;
  }
  try {
    return await command.run(args, terminal);
  } catch (cause) {
    if (enough) return 0;
    terminal.progress(`swat ${name}: ${errorText(cause)}`);
    return 1;
  }
}

// Whoever reads the result, such as head, may have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
