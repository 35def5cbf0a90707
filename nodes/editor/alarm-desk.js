(function () {
  const swat = (window.swat = window.swat || {});
  const SHOWN = 50;
  /** What is done to one alarm, and its icon. */
  const BUTTONS = {
    ack: 'check',
    shelve: 'clock-o',
    unshelve: 'undo',
    suppress: 'filter',
    unsuppress: 'undo',
    'out-of-service': 'wrench',
    'return-to-service': 'undo',
    unlatch: 'unlock',
    comment: 'comment-o',
  };

  /** A time as people read it: of today without the date. */
  swat.clock = function (at) {
    const date = new Date(at);
    const today = new Date().toDateString() === date.toDateString();
    return today ? date.toLocaleTimeString() : date.toLocaleString();
  };

  /**
   * The open alarms and the silences of a deployed `swat-alert`, with what is legal for each now; asked for again every few
   * seconds.
   */
  swat.alarmDesk = function (box, nodeId) {
    const path = `swat-alert/${encodeURIComponent(nodeId)}`;
    const comment = $('<input type="text" maxlength="500">').attr({
      id: 'swat-alarm-comment',
      placeholder: swat.text('desk.comment'),
      'aria-label': swat.text('desk.comment'),
    });
    const minutes = $('<input type="number" min="1" max="10080">').attr({
      id: 'swat-alarm-minutes',
      'aria-label': swat.text('desk.minutes'),
    });
    const list = swat
      .part('div', 'swat-alarms')
      .attr({ role: 'status', 'aria-live': 'polite' })
      .css({ maxHeight: '340px', overflowY: 'auto', borderBottom: '1px solid var(--red-ui-secondary-border-color)' });
    const inputs = swat
      .part('div', 'form-row')
      .append(
        comment.css('width', 'calc(100% - 190px)'),
        ' ',
        minutes.css('width', '70px'),
        ' ',
        swat.text('desk.unit'),
      );
    const silences = swat.alarmSilences(send);

    function send(body, done) {
      const said = String(comment.val()).trim();
      swat.post(`${path}/command`, { ...body, comment: said }, () => {
        comment.val('');
        if (done) done();
        refresh();
      });
    }

    function act(command, alarm) {
      if (command === 'comment' && String(comment.val()).trim() === '') {
        RED.notify(swat.text('desk.wordless'), 'warning');
        comment.trigger('focus');
        return;
      }
      send({ command, id: alarm.id, ...(command === 'shelve' ? { minutes: minutes.val() } : {}) });
    }

    function button(command, alarm) {
      const text = swat.text(`desk.do.${command}`);
      return swat
        .rowButton(BUTTONS[command], text, alarm.asset, () => act(command, alarm))
        .attr('data-command', command);
    }

    /** Since when, and of what is held until when and by whom; of what nobody is told, why. */
    function details({ since, hold, notice }) {
      const told = [swat.text('desk.since', { time: swat.clock(since) })];
      if (hold && hold.until)
        told.push(swat.text(hold.oneShot ? 'desk.untilReturn' : 'desk.until', { time: swat.clock(hold.until) }));
      if (hold && hold.user) told.push(swat.text('desk.by', { user: hold.user }));
      if (notice === 'silenced' || notice === 'inhibited') told.push(swat.text(`desk.notice.${notice}`));
      return told.join(', ');
    }

    function remark({ user, comment }) {
      return user ? swat.text('desk.said', { user, comment }) : comment;
    }

    function row(alarm) {
      const { asset, kind, state, priority, why, note, hold } = alarm;
      const said = note || (hold && hold.comment ? hold : undefined);
      const buttons = swat.part('div', 'swat-alarm-buttons').css('margin', '3px 0');
      for (const command of Object.keys(BUTTONS))
        if (alarm.commands.includes(command)) buttons.append(button(command, alarm));
      const name = kind === 'communication' ? swat.text('desk.communication', { asset }) : asset;
      return swat
        .part('div', 'swat-alarm')
        .attr('data-id', alarm.id)
        .css({ borderTop: '1px solid var(--red-ui-secondary-border-color)', padding: '5px 0' })
        .append(
          swat.part('b', '', name),
          ` · ${swat.alarmWord('state', state)} · ${swat.alarmWord('priority', priority)}`,
          swat.part('div', '', details(alarm)),
          swat.part('div', '', why),
          said && said.comment ? swat.part('div', '', remark(said)) : '',
          buttons,
        );
    }

    function draw(alarms) {
      if (alarms.length === 0) list.append(swat.part('div', 'form-tips', swat.text('desk.none')));
      for (const alarm of alarms.slice(0, SHOWN)) list.append(row(alarm));
      if (alarms.length > SHOWN)
        list.append(swat.part('div', '', swat.text('desk.more', { more: alarms.length - SHOWN })));
    }

    const shown = (visible) => [inputs, silences.box].forEach((part) => part.toggle(visible));
    const rows = ({ alarms, silences: all, shelve }) => {
      shown(true);
      minutes.attr('max', shelve.most);
      if (minutes.val() === '') minutes.val(shelve.minutes);
      silences.show(all);
      return {
        key: JSON.stringify(alarms.map(({ id, state, since, why, note, hold, notice, commands }) => [id, state, since, why, note, hold, notice, commands])), // prettier-ignore
        draw: () => draw(alarms),
      };
    };
    const refresh = swat.liveList(list, `${path}/alarms`, swat.text('desk.deploy'), rows, () => shown(false));
    box.empty().append(inputs, list, silences.box);
    refresh();
  };
})();
