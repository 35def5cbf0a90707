(function () {
  const swat = (window.swat = window.swat || {});
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

  /** The open alarms of a deployed `swat-alert`, each with what is legal for it now. */
  swat.alarmDesk = function (box, nodeId) {
    const path = `swat-alert/${encodeURIComponent(nodeId)}`;
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

    function act(command, alarm) {
      const body = { command, id: alarm.id, comment: String(comment.val()).trim() };
      if (command === 'shelve') body.minutes = Number(minutes.val());
      swat.post(`${path}/command`, body, () => {
        comment.val('');
        refresh();
      });
    }

    function button(command, alarm) {
      const text = swat.text(`desk.do.${command}`);
      return swat
        .rowButton(BUTTONS[command], text, alarm.asset, () => act(command, alarm))
        .attr('data-command', command);
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

    function draw(alarms) {
      if (alarms.length === 0) list.append(swat.part('div', 'form-tips', swat.text('desk.none')));
      for (const alarm of alarms.slice(0, SHOWN)) list.append(row(alarm));
      if (alarms.length > SHOWN)
        list.append(swat.part('div', '', swat.text('desk.more', { more: alarms.length - SHOWN })));
    }

    const refresh = swat.liveList(list, `${path}/alarms`, swat.text('desk.deploy'), ({ alarms }) => ({
      key: JSON.stringify(alarms.map(({ id, state, why, note, hold, commands }) => [id, state, why, note, hold, commands])), // prettier-ignore
      draw: () => draw(alarms),
    }));
    box.empty().append(inputs, list);
    refresh();
  };
})();
