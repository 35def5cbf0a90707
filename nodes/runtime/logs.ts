import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { JsonLog } from '../../lib/journal/log';
import { createRedactor } from '../../lib/journal/redact';
import { Repeats } from '../../lib/journal/repeats';
import { systemClock } from '../../lib/platform/clock';
import { productVersion } from '../../lib/platform/product';
import { rotatingFile } from '../../lib/platform/rotating';
import { LOG_LEVELS, LOGS, readLogSettings, type LogLevel, type LogName, type LogSettings } from './log-settings';
import { countError } from './metrics';
import { worded, words } from './words';

type Who = Pick<Node, 'id' | 'type'> & { readonly name?: string | undefined };

/** What a line says beside where and when. */
interface Entry {
  readonly level: LogLevel;
  /** The same for the same thing, in every language. */
  readonly code: string;
  readonly text?: string;
  readonly data?: object;
}

/** What a node writes with. Nothing here throws or waits. */
export interface NodeLog {
  /** Writes a line, unless its log is off or keeps only more important ones. */
  write(log: LogName, level: LogLevel, code: string, data?: object): void;
  /** Writes an event that is also sent as a payload: its `event` (of an answer, its `command`) is the code. */
  event(log: LogName, payload: object, level?: LogLevel): void;
  /** Asked for a line every minute, and a last time when the node closes; `undefined` writes none. */
  everyMinute(log: LogName, code: string, sum: () => object | undefined): void;
}

/** What Node-RED hands to a log handler. */
interface Logged extends Partial<Who> {
  readonly level: number;
  readonly msg?: unknown;
}

/** Node-RED's own levels, of a log handler. */
const NODE_RED_LEVELS: Readonly<Record<number, LogLevel>> = { 10: 'error', 20: 'error', 30: 'warn', 40: 'info' };
const LONGEST_TEXT = 2000;
/** Texts and lists in an event are cut here: the whole is on the wire. */
const LONGEST_VALUE = 500;
const MOST_VALUES = 30;

const OFF: NodeLog = { write: () => undefined, event: () => undefined, everyMinute: () => undefined };

/** The open logs, by folder: those of one Node-RED. */
const open = new Map<string, Logs>();
/** The folders in which this process has said that it started. */
const started = new Set<string>();

/** The log folder; `undefined` where Node-RED has no user directory to keep anything in. */
export function logFolder(RED: Pick<NodeAPI, 'settings'>): string | undefined {
  const home: unknown = RED.settings.userDir;
  return typeof home === 'string' && home !== '' ? join(home, 'swat', 'logs') : undefined;
}

/** `swatLogs` of settings.js; what is wrong with it is the second value, and the defaults hold. */
export function logSettings(RED: NodeAPI): readonly [LogSettings, unknown?] {
  try {
    return [readLogSettings((RED.settings as unknown as Record<string, unknown>).swatLogs)];
  } catch (cause) {
    return [readLogSettings(undefined), cause];
  }
}

/** The logs for a node, until it closes. The first node of ours opens them; they close with the last. */
export function nodeLog(RED: NodeAPI, node: Node): NodeLog {
  const folder = logFolder(RED);
  if (folder === undefined) return OFF;
  const logs = open.get(folder) ?? new Logs(RED, folder);
  return logs.join(node);
}

/**
 * Notes an error of a node, whatever becomes of it: a Catch node would keep it from the logs. What `act` does is not noted
 * a second time.
 */
export function reportError(RED: NodeAPI, node: Node, error: Error & { code: string }, act: () => void): void {
  countError(node);
  const logs = open.get(logFolder(RED) ?? '');
  if (logs === undefined) act();
  else logs.failure(node, error, act);
}

class Logs {
  readonly #logs = new Map<LogName, { readonly log: JsonLog; readonly most: number }>();
  readonly #nodes = new Set<Node>();
  readonly #sums = new Map<Node, (() => void)[]>();
  readonly #repeats = new Repeats<{ who: Who; entry: Entry }>();
  readonly #failing = new Set<LogName>();
  /** Node-RED hands a line of metrics to it for every message, three times a node: listeners would cost more than what they do. */
  readonly #handler = Object.assign(new EventEmitter(), {
    emit: (_event: unknown, logged: Logged): boolean => {
      this.#said(logged);
      return true;
    },
  });
  readonly #timer: NodeJS.Timeout;
  #lost = 0;
  #quiet = false;

  constructor(
    private readonly RED: NodeAPI,
    private readonly folder: string,
  ) {
    const [settings, problem] = logSettings(RED);
    const redact = createRedactor(settings.redact);
    for (const name of LOGS) {
      const limits = settings.logs[name];
      if (limits === undefined) continue;
      const form = {
        stamp: 'time' as const,
        gap: (lost: number) => ({ log: name, level: 'warn', code: 'log-gap', data: { lost } }),
        redact,
      };
      const watcher = {
        failed: (error: SwatError) => this.#fails(name, error),
        recovered: (lost: number) => this.#recovers(name, lost),
      };
      const log = new JsonLog(join(folder, `${name}.log`), limits, rotatingFile, watcher, form);
      this.#logs.set(name, { log, most: LOG_LEVELS.indexOf(limits.level) });
    }
    open.set(folder, this);
    nodeRedLog(RED).addHandler(this.#handler);
    RED.events.on('flows:started', this.#deployed);
    this.#timer = setInterval(() => this.#sumUp(), settings.summaryMs);
    this.#timer.unref();
    if (!started.has(folder)) {
      started.add(folder);
      const { platform, arch, pid, version: nodeJs } = process;
      const data = { version: productVersion(), nodeRed: nodeRedVersion(RED), nodeJs, platform, arch, pid };
      this.#write('app', { level: 'info', code: 'started', data });
    }
    if (problem !== undefined) {
      const { code, message: text } = worded(RED, problem);
      RED.log.error(text);
      this.#write('app', { level: 'error', code, text });
    }
  }

  join(node: Node): NodeLog {
    this.#nodes.add(node);
    node.on('close', (done: () => void) => void this.#leave(node).then(done));
    return {
      write: (log, level, code, data) => this.#write(log, { level, code, ...(data && { data }) }, node),
      event: (log, payload, level = 'info') => {
        const { code, text, data } = eventEntry(payload);
        this.#write(log, { level, code, ...(text !== undefined && { text }), ...(data && { data }) }, node);
      },
      everyMinute: (log, code, sum) => {
        const sums = this.#sums.get(node) ?? [];
        this.#sums.set(node, sums);
        sums.push(() => {
          const data = sum();
          if (data !== undefined) this.#write(log, { level: 'info', code, data }, node);
        });
      },
    };
  }

  failure(node: Node, error: Error & { code: string }, act: () => void): void {
    this.#once(node, { level: 'error', code: error.code, text: error.message });
    this.#quiet = true;
    try {
      act();
    } finally {
      this.#quiet = false;
    }
  }

  async #leave(node: Node): Promise<void> {
    this.#sums.get(node)?.forEach((sum) => sum());
    this.#sums.delete(node);
    this.#nodes.delete(node);
    if (this.#nodes.size > 0) return;
    clearInterval(this.#timer);
    this.#tellRepeats();
    nodeRedLog(this.RED).removeHandler(this.#handler);
    this.RED.events.removeListener('flows:started', this.#deployed);
    open.delete(this.folder);
    this.#write('app', { level: 'info', code: 'stopped' });
    await Promise.all([...this.#logs.values()].map(({ log }) => log.close()));
    this.#logs.clear();
  }

  /** Whatever a node of ours says in Node-RED's log. */
  #said({ level, id, type, name, msg }: Logged): void {
    const ours = NODE_RED_LEVELS[level] as LogLevel | undefined;
    if (this.#quiet || ours === undefined || id === undefined || !(type ?? '').startsWith('swat-')) return;
    const { code, message } = unpacked(msg);
    const text = typeof message === 'string' ? message : String(msg);
    const entry = { level: ours, code: typeof code === 'string' ? code : 'message', text };
    this.#once({ id, type: type ?? '', name }, entry);
  }

  readonly #deployed = (started?: { readonly type?: unknown }): void => {
    const types: Record<string, number> = {};
    for (const { type } of this.#nodes) types[type] = (types[type] ?? 0) + 1;
    const type = typeof started?.type === 'string' ? { deployed: started.type } : {};
    this.#write('app', { level: 'info', code: 'flows-started', data: { ...type, nodes: types } });
  };

  #sumUp(): void {
    for (const sums of this.#sums.values()) for (const sum of sums) sum();
    this.#tellRepeats();
    const now = systemClock();
    for (const { log } of this.#logs.values()) log.tend(now);
  }

  /** Not more than once in a while: a node may fail for every message. */
  #once(who: Who, entry: Entry): void {
    const what = entry.code === 'message' ? (entry.text ?? '').slice(0, 100) : entry.code;
    if (this.#repeats.first(`${who.id} ${entry.level} ${what}`, { who, entry })) this.#write('app', entry, who);
  }

  #tellRepeats(): void {
    for (const { last, times } of this.#repeats.take())
      this.#write('app', { ...last.entry, data: { repeated: times } }, last.who);
  }

  #write(name: LogName, { level, code, text, data }: Entry, who?: Who): void {
    const found = this.#logs.get(name);
    if (found === undefined || LOG_LEVELS.indexOf(level) > found.most) return;
    const node = who && { node: who.id, type: who.type, ...(who.name ? { name: who.name } : {}) };
    const rest = { code, ...(text !== undefined && { text: text.slice(0, LONGEST_TEXT) }), ...(data && { data }) };
    try {
      found.log.write({ log: name, level, ...node, ...rest }, systemClock());
    } catch {
      // Data that is no JSON costs its line.
    }
  }

  /** A disk that fails takes all logs along: one line in Node-RED's log, and one when it is over. */
  #fails(name: LogName, error: SwatError): void {
    if (this.#failing.size === 0) this.RED.log.error(words(this.RED, 'errors.logs-write', error.details));
    this.#failing.add(name);
  }

  #recovers(name: LogName, lost: number): void {
    this.#lost += lost;
    this.#failing.delete(name);
    if (this.#failing.size > 0) return;
    this.RED.log.info(words(this.RED, 'status.logs-recovered', { folder: this.folder, lost: this.#lost }));
    this.#lost = 0;
  }
}

/** What is known of an event, for a line: texts, numbers and short lists of them. */
function eventEntry(payload: object): Omit<Entry, 'level'> {
  const { event, command, text, ...rest } = payload as Readonly<Record<string, unknown>>;
  const code = typeof event === 'string' ? event : typeof command === 'string' ? command : 'event';
  const data: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(rest).slice(0, MOST_VALUES)) {
    const list = Array.isArray(value) && value.length <= MOST_VALUES && value.every(isPlain);
    if (list) data[key] = value.map(short);
    else if (isPlain(value)) data[key] = short(value);
  }
  return { code, ...(typeof text === 'string' && { text }), ...(Object.keys(data).length > 0 && { data }) };
}

/** An error as Node-RED logs it; its debug node, which hears of it first, may have packed it into a text. */
function unpacked(msg: unknown): { readonly code?: unknown; readonly message?: unknown } {
  if (typeof msg === 'object' && msg !== null) return msg;
  if (typeof msg !== 'string' || !msg.startsWith('{"__enc__":true,"type":"error"')) return {};
  try {
    return (JSON.parse(msg) as { data?: object }).data ?? {};
  } catch {
    return {};
  }
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function short(value: unknown): unknown {
  return typeof value === 'string' ? value.slice(0, LONGEST_VALUE) : value;
}

/** Empty in a test runtime, which has none. */
function nodeRedVersion(RED: { readonly version?: unknown }): string {
  return typeof RED.version === 'function' ? String((RED.version as () => unknown)()) : '';
}

function nodeRedLog(RED: NodeAPI): Record<'addHandler' | 'removeHandler', (handler: EventEmitter) => void> {
  return RED.log;
}
