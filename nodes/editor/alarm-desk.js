(function () {
  const swat = (window.swat = window.swat || {});
  const REFRESH_MS = 3000;
  const SHOWN = 50;
  /** What can be done in the dialog; the rest is done by messages. */
  const BUTTONS = {
    ack: 'check',
    shelve: 'clock-o',
    unshelve: 'undo',
    unsuppress: 'undo',
    'return-to-service': 'undo',
    unlatch: 'unlock',
    comment: 'comment-o',
  };

  /** The open alarms of a deployed `swat-alert`, each with what is legal for it now; asked for again every few seconds. */
  swat.alarmDesk = function (box, nodeId) {
    const path = `swat-alert/${encodeURIComponent(nodeId)}/command`;
    const comment = $('<input type="text" maxlength="500">').attr({
      id: 'swat-alarm-comment',
      placeholder: swat.text('desk.comment'),
      'aria-label': swat.text('desk.comment'),
    });
    const minutes = $('<input type="number" min="1" max="10080">')
      .attr({ id: 'swat-alarm-minutes', 'aria-label': swat.text('desk.minutes') })
      .val(60);
    const list = swat.part('div', 'swat-alarms').attr({ role: 'status', 'aria-live': 'polite' });
    const inputs = swat
      .part('div', 'form-row')
      .append(
        comment.css('width', 'calc(100% - 190px)'),
        ' ',
        minutes.css('width', '70px'),
        ' ',
        swat.text('desk.unit'),
      );
    let shown = '';
    let timer;

    function send(body, done, failed) {
      $.ajax({ url: path, method: 'POST', contentType: 'application/json', data: JSON.stringify(body) })
        .done(done)
        .fail(failed);
    }

    function act(command, alarm) {
      const body = { command, id: alarm.id, comment: String(comment.val()).trim() };
      if (command === 'shelve') body.minutes = Number(minutes.val());
      send(
        body,
        () => {
          comment.val('');
          refresh();
        },
        swat.notify,
      );
    }

    function button(command, alarm) {
      const text = swat.text(`desk.do.${command}`);
      return $('<button type="button" class="red-ui-button red-ui-button-small">')
        .attr({ title: text, 'aria-label': `${text}: ${alarm.asset}`, 'data-command': command })
        .css('margin-left', '4px')
        .append($('<i>').addClass(`fa fa-${BUTTONS[command]}`), ' ', document.createTextNode(text))
        .on('click', () => act(command, alarm));
    }

    function row(alarm) {
      const { asset, state, priority, why, note, hold } = alarm;
      const said = note || (hold && hold.comment ? hold : undefined);
      const buttons = swat.part('div', 'swat-alarm-buttons').css('margin', '3px 0');
      for (const command of Object.keys(BUTTONS))
        if (alarm.commands.includes(command)) buttons.append(button(command, alarm));
      return swat
        .part('div', 'swat-alarm')
        .attr('data-id', alarm.id)
        .css({ borderTop: '1px solid var(--red-ui-secondary-border-color)', padding: '5px 0' })
        .append(
          swat.part('b', '', asset),
          ` · ${swat.text(`desk.state.${state}`)} · ${swat.text(`desk.priority.${priority}`)}`,
          swat.part('div', '', why),
          said && said.comment ? swat.part('div', '', swat.text('desk.said', { user: said.user || '-', comment: said.comment })) : '', // prettier-ignore
          buttons,
        );
    }

    function show(alarms) {
      // Nothing is drawn anew under the pointer unless something has changed.
      const key = JSON.stringify(alarms.map(({ id, state, why, note, hold, commands }) => [id, state, why, note, hold, commands])); // prettier-ignore
      if (key === shown) return;
      shown = key;
      list.empty();
      if (alarms.length === 0) list.append(swat.part('div', 'form-tips', swat.text('desk.none')));
      for (const alarm of alarms.slice(0, SHOWN)) list.append(row(alarm));
      if (alarms.length > SHOWN)
        list.append(swat.part('div', '', swat.text('desk.more', { more: alarms.length - SHOWN })));
    }

    function refresh() {
      clearTimeout(timer);
      if (list.closest('body').length === 0) return;
      send(
        { command: 'list' },
        (answer) => {
          show(answer.alarms);
          timer = setTimeout(refresh, REFRESH_MS);
        },
        () => {
          shown = '';
          list.empty().append(swat.part('div', 'form-tips', swat.text('desk.deploy')));
          timer = setTimeout(refresh, REFRESH_MS);
        },
      );
    }

    box.empty().append(inputs, list);
    refresh();
  };
})();
