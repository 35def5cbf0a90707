import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { report as command } from '../../lib/cli/report';
import { errorText } from '../../lib/cli/terminal';
import swatAlert from '../../nodes/swat-alert';
import swatReport from '../../nodes/swat-report';
import { ReportMemory } from '../../nodes/runtime/report-memory';
import { ReportSchedule } from '../../nodes/runtime/report-schedule';
import { disk } from '../../lib/platform/files';
import { Shifts } from '../../lib/report/shifts';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import { pagesOf } from '../lib/report/pdf-text';
import { DAY, storyJournal } from '../lib/report/story';

type Loose = Record<string, unknown>;
interface Made {
  readonly kind: string;
  readonly text: string;
  readonly files: readonly {
    readonly format: string;
    readonly name: string;
    readonly path: string;
    readonly bytes: number;
  }[];
}

const NOW = Date.now();

/** A verdict as `swat-severity` sends it. */
const verdict = (second: number, level: string): Loose => ({
  payload: { asset: 'line1', time: NOW - 3_600_000 + second * 1000, finding: level === 'NONE' ? 'normal' : 'anomaly', level, ratio: level === 'NONE' ? 0.1 : 2.5, tags: [] },
}); // prettier-ignore

describe('swat-report', function () {
  this.timeout(60_000);
  let folder: string;
  let got: Loose[][];
  const errors: { code?: string; message: string }[] = [];
  const reports = (): string => join(folder, 'swat', 'reports');

  const load = async (settings: Loose = {}, alert: Loose = {}): Promise<void> => {
    folder = mkdtempSync(join(tmpdir(), 'swat-report-'));
    got = [[], []];
    errors.length = 0;
    helper.settings({ userDir: folder });
    await helper.load([swatAlert, swatReport], [
      { id: 'flow', type: 'tab' },
      { id: 'alerts', z: 'flow', type: 'swat-alert', ...alert, wires: [['heard'], [], []] },
      { id: 'reports', z: 'flow', type: 'swat-report', timeZone: 'UTC', ...settings, wires: [['out0'], ['out1']] },
      ...['heard', 'out0', 'out1'].map((id) => ({ id, z: 'flow', type: 'helper' })),
    ] as Parameters<typeof helper.load>[1]);
    [0, 1].forEach((output) => helper.getNode(`out${output}`).on('input', (message) => got[output].push(message))); // prettier-ignore
    const node = helper.getNode('reports') as unknown as NodeJS.EventEmitter;
    node.on('call:error', (call: { firstArg: { code?: string; message: string } }) => errors.push(call.firstArg));
  };
  const alarm = async (): Promise<void> => {
    let heard = 0;
    helper.getNode('heard').on('input', () => (heard += 1));
    for (let second = 0; second < 20; second += 1) helper.getNode('alerts').receive(verdict(second, 'WARNING'));
    await eventually(() => heard > 0, 'an alarm');
  };
  const ask = async (swat: Loose, more: Loose = {}): Promise<Loose> => {
    const before = got[0].length + got[1].length;
    helper.getNode('reports').receive({ swat: { command: 'report', ...swat }, ...more });
    await eventually(() => got[0].length + got[1].length > before, () => JSON.stringify(errors)); // prettier-ignore
    return [...got[0], ...got[1]][before];
  };
  afterEach(async () => {
    await helper.unload();
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes what a message asks for, puts it under the user directory, and hands it on with the rest of the message', async () => {
    await load({ plant: 'Works', attach: true, keep: 1 });
    await alarm();
    const message = await ask({ kind: 'day', from: '-2h', to: '+1h' }, { socketid: 'a' });
    const { kind, text, files } = message.payload as Made;
    assert.deepEqual([kind, message.socketid, message.swat], ['day', 'a', undefined]);
    assert.match(text, /^One alarm was raised\./);
    assert.deepEqual(files.map(({ format }) => format), ['pdf', 'html', 'csv', 'csv']); // prettier-ignore
    for (const { path, bytes } of files) assert.equal(readFileSync(path).length, bytes);
    const [pdf] = message.attachments as { filename: string; content: Buffer; contentType: string }[];
    assert.deepEqual([pdf.filename, pdf.contentType], [files[0].name, 'application/pdf']);
    assert.match(pagesOf(pdf.content)[0].text, /Day report: ?Works/);
    await ask({ kind: 'day', from: '-3h', to: '+1h', formats: 'csv' });
    assert.deepEqual(readdirSync(reports()).map((name) => name.replace(/.*_/, '')), ['episodes.csv', 'figures.csv']); // prettier-ignore
  });

  it('says in words what it could not do, on its second output and to a Catch node', async () => {
    await load();
    const { payload } = await ask({ kind: 'incident' });
    assert.equal((payload as Loose).ok, false);
    assert.equal((payload as Loose).code, 'report-incident');
    assert.match(String((payload as Loose).error), /id of an alarm/);
    assert.deepEqual(errors.map(({ code }) => code), ['report-incident']); // prettier-ignore
    helper.getNode('reports').receive({ payload: 1 });
    await eventually(() => errors.length === 2, 'no command');
    assert.equal(errors[1].code, 'command-missing');
  });

  it('says so where nothing is recorded', async () => {
    await load({}, { journal: false });
    assert.equal(((await ask({ kind: 'day' })).payload as Loose).code, 'report-journal');
  });

  it('gives up what it is making when the flow is stopped', async () => {
    await load();
    helper.getNode('reports').receive({ swat: { command: 'report', kind: 'day' } });
    await helper.unload();
    assert.ok(!existsSync(reports()) || readdirSync(reports()).every((name) => !name.endsWith('.tmp')));
  });

  for (const [what, settings, code] of [
    ['no kind of file', { pdf: false, html: false, csv: false }, 'report-formats'],
    ['shifts that are no times', { shifts: 'morning' }, 'report-shifts'],
    ['a zone that there is not', { timeZone: 'Mars' }, 'time-zone'],
    ['a logo that is none', { logo: 'data:image/png;base64,AAAA' }, 'report-logo'],
  ] as const) {
    it(`refuses to work with ${what}`, async () => {
      await load(settings);
      helper.getNode('reports').receive({ swat: { command: 'report' } });
      await eventually(() => errors.length > 0, 'an error');
      assert.equal(errors.at(-1)?.code, code);
    });
  }
});

describe('the schedule of reports', () => {
  it('asks for each shift once, a minute after it is over, over days and a change of the clock', () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.UTC(2026, 9, 24, 3) });
    try {
      const spans: string[] = [];
      const shifts = new Shifts('06:00 18:00', 'Europe/Berlin');
      const schedule = new ReportSchedule(shifts, Date.now, undefined, ({ from, to }) => spans.push(`${new Date(from).toISOString().slice(5, 16)} ${(to - from) / 3_600_000} h, ${(Date.now() - to) / 1000} s`)); // prettier-ignore
      for (let minute = 0; minute < 48 * 60; minute += 1) mock.timers.tick(60_000);
      schedule.close();
      mock.timers.tick(86_400_000);
      assert.deepEqual(spans, ['10-23T16:00 12 h, 60 s', '10-24T04:00 12 h, 60 s', '10-24T16:00 13 h, 60 s', '10-25T05:00 12 h, 60 s']); // prettier-ignore
    } finally {
      mock.timers.reset();
    }
  });
});

describe('a report that was missed', () => {
  const hour = (n: number): number => Date.UTC(2026, 10, 27, n);
  const shifts = new Shifts('06:00 14:00 22:00', 'UTC');

  for (const [what, made, now, expected] of [
    ['the newest of those that were missed', hour(6), hour(23), ['14-22 missed', '22-6']],
    ['one that was over just before the start', hour(14), hour(22) + 30_000, ['14-22 missed', '22-6']],
    ['none that was made', hour(22), hour(23), ['22-6']],
    ['none where nothing is known', undefined, hour(23), ['22-6']],
  ] as const)
    it(`is made once, a minute after the start: ${what}`, () => {
      mock.timers.enable({ apis: ['setTimeout', 'Date'], now });
      try {
        const told: string[] = [];
        const at: number[] = [];
        const schedule = new ReportSchedule(shifts, Date.now, made, ({ from, to }, missed) => {
          told.push(`${new Date(from).getUTCHours()}-${new Date(to).getUTCHours()}${missed ? ' missed' : ''}`);
          at.push(Date.now() - now);
        });
        for (let minute = 0; minute < 9 * 60; minute += 1) mock.timers.tick(60_000);
        schedule.close();
        assert.deepEqual(told, expected);
        if (told.length === 2) assert.equal(at[0], 60_000);
      } finally {
        mock.timers.reset();
      }
    });

  it('is known of over a restart, of the same kind of report alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'swat-report-'));
    const path = join(folder, 'a', 'reports.json');
    try {
      const memory = new ReportMemory(disk, path, 'shift');
      assert.equal(await memory.made(), undefined);
      await memory.note(hour(6));
      assert.equal(await new ReportMemory(disk, path, 'shift').made(), hour(6));
      assert.equal(await new ReportMemory(disk, path, 'day').made(), undefined);
      writeFileSync(path, '{"version": 1, "kind": "shift", "to": "x"');
      assert.equal(await memory.made(), undefined);
      await memory.forget();
      assert.ok(!existsSync(path));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('swat report', () => {
  const run = async (...args: string[]): Promise<string[]> => {
    const lines: string[] = [];
    await command(args, { result: (line) => lines.push(line), progress: () => undefined });
    return lines;
  };
  it('makes a report of a user directory without Node-RED, and says where its files are', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'swat-report-'));
    try {
      mkdirSync(join(dir, 'swat', 'journal'), { recursive: true });
      await (await storyJournal(join(dir, 'swat', 'journal', 'journal.db'))).close();
      const out = join(dir, 'out');
      const span = ['--from', new Date(DAY).toISOString(), '--to', new Date(DAY + 86_400_000).toISOString()];
      const lines = await run('--dir', dir, '--out', out, ...span, '--formats', 'html,csv', '--plant', 'Works');
      assert.deepEqual(lines.map((path) => path.replace(/.*Z_/, '')), ['day_Works.html', 'day_Works_episodes.csv', 'day_Works_figures.csv']); // prettier-ignore
      assert.match(readFileSync(lines[0], 'utf8'), /3 alarms were raised/);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('says what is missing', async () => {
    for (const [args, text] of [
      [[], /--out with a folder/],
      [['--out', '/tmp/x', '--dir', '/nowhere'], /There is no journal at/],
      [['--out', '/tmp/x', '--shifts', 'noon'], /no times at which shifts begin/],
      [['--out', '/tmp/x', '--logo', '/nowhere.png'], /Cannot read \/nowhere\.png/],
    ] as const) {
      await assert.rejects(run(...args), (cause: unknown) => text.test(errorText(cause)), args.join(' '));
    }
  });
});
