import { join, resolve } from 'node:path';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { detailOf, SwatError } from '../lib/errors';
import { systemClock } from '../lib/platform/clock';
import { disk } from '../lib/platform/files';
import { productVersion } from '../lib/platform/product';
import { incidentSpan } from '../lib/report/incident';
import { ReportMaker } from '../lib/report/maker';
import { readRequest } from '../lib/report/read-request';
import { ReportShelf, type ShelvedFile } from '../lib/report/shelf';
import type { Span } from '../lib/report/shifts';
import { commandName } from './runtime/commands';
import { commandOf, onInput, refuse } from './runtime/handler';
import { nodeLog, reportError } from './runtime/logs';
import { nodeMetrics } from './runtime/metrics';
import { scheduleFile } from './runtime/node-files';
import { registerNode } from './runtime/register';
import { ReportMemory } from './runtime/report-memory';
import { ReportSchedule } from './runtime/report-schedule';
import { logoNow, readReportSettings } from './runtime/report-settings';
import { sourcesOf } from './runtime/report-sources';
import { statusLine } from './runtime/status';
import { userFolder } from './runtime/user-folder';
import { worded, words } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

/** `swat-report`: shift, day and incident reports, by the clock or when asked, made in a thread of their own. */
export = (RED: NodeAPI): void => {
  registerNode(RED, 'swat-report', function (this: Node, definition: Definition) {
    nodeLog(RED, this);
    try {
      const home = resolve(userFolder(RED));
      const settings = readReportSettings(definition, home);
      const shelf = new ReportShelf(disk, join(home, 'swat', 'reports'), settings.keep);
      const maker = new ReportMaker();
      const status = statusLine(this);
      let making = 0;
      let made = 0;
      let failed = 0;

      const show = (): void => {
        const clock = new Date(schedule?.next ?? 0).toLocaleTimeString('en-GB', { timeZone: settings.timeZone, hour: '2-digit', minute: '2-digit' }); // prettier-ignore
        const waits = schedule === undefined ? 'report-ready' : 'report-next';
        status.show(
          making > 0
            ? { fill: 'blue', shape: 'ring', text: words(RED, 'status.report-making') }
            : { fill: 'green', shape: 'dot', text: words(RED, `status.${waits}`, { time: clock }) },
        );
      };

      /** Makes a report, puts its files on the shelf, and says what became of it. */
      const make = async (given: Readonly<Record<string, unknown>>): Promise<Loose> => {
        making += 1;
        show();
        try {
          const sources = sourcesOf(RED, settings);
          const now = systemClock();
          const { timeZone, language, formats, plant, shifts, days } = settings;
          const logo = await logoNow(settings.logo, disk);
          const defaults = { timeZone, language, formats, plant, shifts, days, made: now, product: productVersion() };
          const request = await readRequest(
            { ...(settings.asset === '' ? {} : { asset: settings.asset }), ...given },
            { ...defaults, ...(logo === undefined ? {} : { logo }) },
            (alarm) => incidentSpan(sources.journal, alarm, now),
          );
          const finished = await maker.make(request, sources);
          const files = await shelf.put(finished);
          made += 1;
          const { kind, from, to } = request;
          const payload = { kind, from, to, files: files.map(listed), text: finished.text };
          return { payload, ...(settings.attach ? { attachments: files.map(attachment) } : {}) };
        } catch (cause) {
          failed += 1;
          throw cause;
        } finally {
          making -= 1;
          show();
        }
      };

      const { every } = settings;
      const shifts = every === 'shift' ? settings.shifts : settings.days;
      const folder = join(home, 'swat', 'report-schedule');
      const memory = new ReportMemory(disk, join(folder, scheduleFile(this.id)), every);
      const note = (to: number): Promise<void> =>
        memory
          .note(to)
          .catch((cause: unknown) =>
            this.warn(worded(RED, new SwatError('state-write', { path: folder, detail: detailOf(cause) })).message),
          );
      /** Makes what the clock asks for. One that was given up for a deploy is not noted: it is made after it. */
      const makeDue = async (span: Span, missed: boolean): Promise<void> => {
        if (missed) this.log(words(RED, 'sentences.report-missed', { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() })); // prettier-ignore
        try {
          this.send([await make({ kind: every, ...span }), null]);
        } catch (cause) {
          const error = worded(RED, cause);
          reportError(RED, this, error, () => this.error(error.message));
          this.send([null, { payload: problemOf(error, { kind: every, ...span }) }]);
          if (error.code === 'report-cancelled') return;
        }
        await note(span.to);
      };
      let schedule: ReportSchedule | undefined;
      let closed = false;
      const begin = async (): Promise<void> => {
        const made = await memory.made();
        if (closed) return;
        // A new one has missed nothing.
        if (made === undefined) await note(shifts.last(systemClock()).to);
        schedule = new ReportSchedule(shifts, systemClock, made, (span, missed) => void makeDue(span, missed));
        show();
      };

      onInput(this, RED, status, async (message, send) => {
        const command = commandOf(message) ?? {};
        commandName(command, ['report']);
        const rest: Loose = { ...message };
        delete rest.swat;
        const given: Loose = { ...command };
        delete given.command;
        try {
          send([{ ...rest, ...(await make(given)) }, null]);
        } catch (cause) {
          send([null, { ...rest, payload: problemOf(worded(RED, cause), given) }]);
          throw cause;
        }
      });

      nodeMetrics(this, { figures: () => ({ swat_reports_total: { made, failed } }), waitsFor: () => undefined });
      show();
      const begun = every === 'never' ? Promise.resolve() : begin();
      this.on('close', (removed: boolean, done: () => void) => {
        closed = true;
        status.close();
        void begun
          .then(() => {
            schedule?.close();
            return maker.close();
          })
          .then(() => (removed ? memory.forget() : undefined))
          .then(() => done());
      });
    } catch (cause) {
      refuse(this, RED, cause instanceof Error ? cause : new SwatError('report-failed', { detail: String(cause) }));
    }
  });
};

function listed({ format, name, path, bytes, type }: ShelvedFile): object {
  return { format, name, path, bytes: bytes.byteLength, type };
}

/** As node-red-node-email takes it. */
function attachment({ name, bytes, type }: ShelvedFile): object {
  return { filename: name, content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), contentType: type };
}

function problemOf(error: Error & { code: string }, given: object): Loose {
  return { ok: false, command: 'report', ...given, code: error.code, error: error.message };
}
