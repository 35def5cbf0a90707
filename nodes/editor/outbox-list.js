(function () {
  const swat = (window.swat = window.swat || {});

  /** What is in the outbox of a deployed `swat-notify`, what was given up first: with buttons to try again and to drop. */
  swat.outboxList = function (box, nodeId) {
    const path = `swat-notify/${encodeURIComponent(nodeId)}`;
    const list = swat.part('div', 'swat-outbox').attr({ role: 'status', 'aria-live': 'polite' });

    const act = (body) => swat.post(`${path}/command`, body, refresh);

    function dropAll(count) {
      const notice = RED.notify($('<span>').text(swat.text('outbox.sure', { count })).html(), {
        modal: true,
        fixed: true,
        type: 'warning',
        buttons: [
          { text: swat.text('outbox.keep'), click: () => notice.close() },
          {
            text: swat.text('outbox.drop-dead'),
            class: 'primary',
            click: () => {
              notice.close();
              act({ command: 'drop', all: true, state: 'dead' });
            },
          },
        ],
      });
    }

    const clock = (time) => new Date(time).toLocaleString();

    function row(entry) {
      const { key, title, to, state, attempt, since, nextAt, failure, text } = entry;
      const failed = failure ? swat.text('outbox.failed', { attempt, failure }) : '';
      const next = state === 'waiting' ? swat.text('outbox.next', { time: clock(nextAt) }) : '';
      const buttons = swat.part('div', 'swat-outbox-buttons').css('margin', '3px 0');
      if (state !== 'sent') {
        const retry = () => act({ command: 'retry', key });
        buttons.append(swat.rowButton('repeat', swat.text('outbox.do.retry'), title, retry).attr('data-command', 'retry')); // prettier-ignore
      }
      const drop = () => act({ command: 'drop', key });
      buttons.append(swat.rowButton('trash-o', swat.text('outbox.do.drop'), title, drop).attr('data-command', 'drop'));
      return swat
        .part('div', 'swat-outbox-entry')
        .attr('data-key', key)
        .css({
          borderTop: '1px solid var(--red-ui-secondary-border-color)',
          padding: '5px 0',
          overflowWrap: 'anywhere',
        })
        .append(
          swat.part('b', '', title),
          ` · ${swat.text(`outbox.state.${state}`)}${to ? ` · ${swat.text('outbox.to', { to })}` : ''} · ${clock(since)}`,
          text === '' ? '' : swat.part('div', '', text),
          failed + next === '' ? '' : swat.part('div', 'swat-outbox-why', `${failed} ${next}`.trim()),
          buttons,
        );
    }

    function draw({ entries, counts, held }) {
      const { waiting, sent, dead } = counts;
      const more = waiting + sent + dead - entries.length;
      if (held) list.append(swat.part('div', 'form-tips', swat.text('outbox.held', { reason: held })));
      list.append(swat.part('div', '', swat.text('outbox.counts', counts)).css('margin', '5px 0'));
      if (waiting + dead > 0) {
        const all = swat.part('div', 'swat-outbox-all').css('margin', '3px 0 6px');
        const retry = () => act({ command: 'retry', all: true });
        all.append(swat.rowButton('repeat', swat.text('outbox.retry-all'), '', retry).attr('data-command', 'retry-all')); // prettier-ignore
        if (dead > 0) {
          const text = swat.text('outbox.drop-dead');
          all.append(swat.rowButton('trash-o', text, '', () => dropAll(dead)).attr('data-command', 'drop-dead'));
        }
        list.append(all);
      }
      for (const entry of entries) list.append(row(entry));
      if (more > 0) list.append(swat.part('div', '', swat.text('outbox.more', { more })));
    }

    const refresh = swat.liveList(list, `${path}/outbox`, swat.text('outbox.deploy'), (answer) => ({
      key: JSON.stringify([answer.entries, answer.counts, answer.held]),
      draw: () => draw(answer),
    }));
    box.empty().append(list);
    refresh();
  };
})();
