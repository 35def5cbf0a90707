import { duration, moment } from './format.js';
import { levelHint, mark, markOf } from './level.js';
import { h } from './render.js';
import { text } from './texts.js';

/** Choices of how long to shelve, minutes. */
const MINUTES = [15, 30, 60, 120, 240, 480, 1440];
/** What has a button, in this order; `suppress` and `out-of-service` are for flows and the editor. */
const BUTTONS = ['ack', 'shelve', 'unshelve', 'unsuppress', 'return-to-service', 'unlatch', 'comment'];
/** What asks for more before it is sent. */
const FORMS = new Set(['shelve', 'comment']);

/**
 * One alarm of the list: what, since when, why, what to do; and what this person may do.
 * @param act `{shelve, muting, isViewOnly, form, isSent(command), open(command), send(command, more)}`
 */
export function alarmRow(alarm, act) {
  const { id, state, level } = alarm;
  const isWaiting = state.endsWith('unacknowledged');
  const shown = markOf(alarm);
  return h(
    'li',
    { key: id, class: `alarm ${shown} ${isWaiting ? 'waiting' : ''}`, 'data-id': id },
    h('div', { class: 'level', title: levelHint(level) }, mark(shown), h('b', {}, level === 'NONE' ? '' : level), h('span', { class: 'quiet' }, text(`desk.priority.${alarm.priority}`))), // prettier-ignore
    h(
      'div',
      { class: 'what' },
      h(
        'p',
        { class: 'title' },
        h('b', {}, nameOf(alarm)),
        ' · ',
        h('span', { class: 'state' }, text(`alarm.state.${state}`)),
      ),
      h('p', { class: 'why' }, alarm.why || alarm.text),
      h('p', { class: 'quiet' }, times(alarm, act.muting)),
      remarks(alarm),
      guidance(alarm),
    ),
    act.isViewOnly
      ? null
      : h('div', { class: 'actions' }, act.form === undefined ? buttons(alarm, act) : form(alarm, act)),
  );
}

function nameOf({ asset, kind, firstOut }) {
  if (kind === 'communication') return text('desk.communication', { asset });
  return firstOut === null ? asset : text('desk.first', { asset, tag: firstOut.tag, stage: firstOut.stage });
}

function times({ since: alarmed, hold, notice }, muting) {
  const now = Date.now();
  const since = hold?.since ?? alarmed;
  const told = [
    text(hold === undefined ? 'desk.since' : 'desk.heldSince', {
      time: moment(since, now),
      age: duration((now - since) / 1000),
    }),
  ];
  if (hold?.until !== undefined) {
    const left = duration((hold.until - now) / 1000);
    told.push(text(hold.oneShot ? 'desk.untilReturn' : 'desk.until', { time: moment(hold.until, now), left }));
  }
  if (notice === 'silenced') told.push(text('desk.silenced'));
  if (notice === 'inhibited')
    told.push(text('desk.inhibited', { by: muting === undefined ? text('desk.another') : nameOf(muting) }));
  return told.join(' · ');
}

function remarks({ note, hold }) {
  const said = note ?? (hold && hold.comment !== '' ? { ...hold, at: hold.since } : undefined);
  const by = hold && hold.user !== '' && text('desk.heldBy', { user: hold.user });
  const comment = said && text('desk.comment', { user: said.user || text('desk.somebody'), comment: said.comment, at: moment(said.at) }); // prettier-ignore
  return [by, comment].filter(Boolean).map((line) => h('p', { class: 'remark' }, line));
}

/** What to do stands there; cause and consequence for who wants to know. */
function guidance({ guidance: said, id }) {
  if (said === undefined) return null;
  const { cause, consequence, response, tag } = said;
  return [
    response && h('p', { class: 'response' }, h('b', {}, text('desk.do', { tag })), ' ', response),
    (cause || consequence) && h('details', { key: `more ${id}` }, h('summary', {}, text('desk.more')), cause && h('p', {}, h('b', {}, text('desk.cause')), ' ', cause), consequence && h('p', {}, h('b', {}, text('desk.consequence')), ' ', consequence)), // prettier-ignore
  ];
}

function buttons(alarm, { isSent, open, send }) {
  return BUTTONS.filter((command) => alarm.commands.includes(command)).map((command) =>
    h(
      'button',
      {
        key: command,
        type: 'button',
        'data-command': command,
        'aria-label': `${text(`desk.button.${command}`)}: ${nameOf(alarm)}`,
        disabled: isSent(command),
        onclick: () => (FORMS.has(command) ? open(command) : send(command)),
      },
      text(`desk.button.${command}`),
    ),
  );
}

function form(alarm, { form: open, shelve, isSent, open: show, send }) {
  const { command } = open;
  const submit = (event) => {
    event.preventDefault();
    const comment = open.comment.trim();
    const time = open.minutes === 'once' ? { oneShot: true } : { minutes: Number(open.minutes) };
    send(command, { ...(command === 'shelve' ? time : {}), ...(comment === '' ? {} : { comment }) });
  };
  const choices = [...new Set([...MINUTES, shelve.minutes])]
    .filter((each) => each <= shelve.most)
    .sort((a, b) => a - b);
  return h(
    'form',
    { key: `form ${command}`, class: 'form', onsubmit: submit },
    command === 'shelve' &&
      h(
        'label',
        {},
        text('desk.shelveFor'),
        h('select', { name: 'minutes', value: open.minutes, onchange: (event) => (open.minutes = event.target.value) }, choices.map((each) => h('option', { value: String(each) }, duration(each * 60))), h('option', { value: 'once' }, text('desk.once'))), // prettier-ignore
      ),
    h('label', {}, text(command === 'shelve' ? 'desk.reason' : 'desk.yourComment'), h('input', { type: 'text', name: 'comment', maxlength: 500, required: command === 'comment', autocomplete: 'off', value: open.comment, oninput: (event) => (open.comment = event.target.value) })), // prettier-ignore
    h('button', { type: 'submit', disabled: isSent(command) }, text(`desk.confirm.${command}`)),
    h('button', { type: 'button', onclick: () => show(undefined) }, text('operator.cancel')),
  );
}
