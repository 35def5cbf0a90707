(function () {
  const swat = (window.swat = window.swat || {});

  /**
   * The silences of a `swat-alert`, each with a button that ends it, and the fields for another one.
   * @param send sends a command, and calls back when it was carried out
   */
  swat.alarmSilences = function (send) {
    const matchers = $('<input type="text">').attr({
      id: 'swat-silence-matchers',
      placeholder: 'asset~line-1/*, level!=CRITICAL',
      'aria-label': swat.text('desk.silence.which'),
    });
    const minutes = $('<input type="number" min="1" max="43200">')
      .attr({ id: 'swat-silence-minutes', 'aria-label': swat.text('desk.silence.minutes') })
      .val(60);
    const list = swat.part('div', 'swat-silences').css({ maxHeight: '140px', overflowY: 'auto' });
    const add = swat
      .button(swat.text('desk.silence.add'), begin, 'bell-slash-o', true)
      .attr('data-command', 'silence')
      .css('margin-left', '4px');
    const box = swat
      .part('div', 'swat-silence-box')
      .append(
        swat.part('div', 'form-row', swat.text('desk.silence.title')).css({ marginTop: '12px', marginBottom: '4px' }),
        list,
        swat
          .part('div', 'form-row')
          .append(
            matchers.css('width', 'calc(100% - 240px)'),
            ' ',
            minutes.css('width', '70px'),
            ' ',
            swat.text('desk.silence.unit'),
            add,
          ),
      );
    let shown;

    function begin() {
      send({ command: 'silence', matchers: matchers.val(), minutes: minutes.val() }, () => matchers.val(''));
    }

    function row({ id, matchers: which, from, until, user, comment }) {
      const text = which.map(({ label, op, value }) => `${label}${op}${value}`).join(', ');
      const told = [swat.text('desk.until', { time: swat.clock(until) })];
      if (from > Date.now()) told.unshift(swat.text('desk.silence.from', { time: swat.clock(from) }));
      if (user) told.push(swat.text('desk.by', { user }));
      const end = swat
        .button(swat.text('desk.silence.end'), () => send({ command: 'unsilence', id }), 'undo', true)
        .attr({ 'aria-label': `${swat.text('desk.silence.end')}: ${text}`, 'data-command': 'unsilence' })
        .css('margin-left', '4px');
      return swat
        .part('div', 'swat-silence')
        .css('margin', '3px 0')
        .append(swat.part('b', '', text), ` · ${told.join(', ')}${comment ? `: ${comment}` : ''}`, end);
    }

    /** Nothing is drawn anew unless something has changed. */
    function show(silences) {
      const key = JSON.stringify(silences);
      if (key === shown) return;
      shown = key;
      list.empty().append(silences.map(row));
    }

    return { box, show };
  };
})();
