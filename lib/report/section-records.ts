import type { Block } from './blocks';
import type { AuditLine } from './material';
import type { Report } from './report';
import type { Voice } from './voice';

const MOST_ROWS = 50;
/** So many rows are kept on one page with the lines to sign on. */
const MOST_KEPT = 12;

/** The model versions that had a say, and what was done with models. */
export function modelBlocks({ models }: Report, voice: Voice): Block[] {
  const { text } = voice;
  const { used, before, done } = models;
  const blocks: Block[] = [{ type: 'heading', level: 1, text: text('models.title') }];
  if (used.length > 0) {
    blocks.push({
      type: 'table',
      isShort: true,
      columns: [
        { head: text('column.detector'), grow: 1 },
        { head: text('column.version'), grow: 1 },
        { head: text('column.first') },
        { head: text('column.last') },
      ],
      rows: used.map(({ detector, version, first, last }) => [
        kindOf(detector, voice),
        version,
        first === undefined ? '–' : voice.minute(first),
        last === undefined ? '–' : voice.minute(last),
      ]),
    });
  } else blocks.push({ type: 'text', text: text('models.none-used') });
  const lines = [...before, ...done.slice(-MOST_ROWS)];
  if (lines.length > 0) blocks.push(auditTable(lines, voice));
  else blocks.push({ type: 'text', tone: 'note', text: text('models.nothing-done') });
  return blocks;
}

/** What people did about alarms. */
export function actionBlocks({ actions }: Report, voice: Voice): Block[] {
  const { text } = voice;
  const title: Block = { type: 'heading', level: 1, text: text('actions.title') };
  if (actions.length === 0) return [title, { type: 'text', text: text('actions.none') }];
  const more = actions.length - MOST_ROWS;
  return [
    title,
    {
      type: 'table',
      isShort: actions.length <= MOST_KEPT,
      columns: [
        { head: text('column.time') },
        { head: text('column.action') },
        { head: text('column.asset') },
        { head: text('column.user') },
        { head: text('column.comment'), grow: 1 },
      ],
      rows: actions
        .slice(0, MOST_ROWS)
        .map(({ time, event, asset, user, comment }) => [
          voice.time(time),
          voice.speak(`alarm.event.${event}`),
          asset,
          user === '' ? text('actions.nobody') : user,
          comment,
        ]),
    },
    ...(more > 0 ? [{ type: 'text', tone: 'note', text: text('actions.more', { more }) } as const] : []),
  ];
}

function auditTable(lines: readonly AuditLine[], voice: Voice): Block {
  const { text } = voice;
  return {
    type: 'table',
    columns: [
      { head: text('column.time') },
      { head: text('column.action') },
      { head: text('column.detector') },
      { head: text('column.version') },
      { head: text('column.user') },
      { head: text('column.reason'), grow: 1 },
    ],
    rows: lines.map(({ at, action, kind, version, user, reason }) => [
      voice.minute(at),
      text(`audit.${action}`),
      kind === '' ? '' : kindOf(kind, voice),
      version,
      user,
      reason,
    ]),
  };
}

function kindOf(kind: string, voice: Voice): string {
  const name = voice.speak(`kinds.${kind}`);
  return name.startsWith('kinds.') ? kind : name;
}
