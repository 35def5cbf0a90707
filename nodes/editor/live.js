(function () {
  const swat = (window.swat = window.swat || {});
  /** How often it is asked for while the dialog is open, ms. */
  const EVERY_MS = 3000;

  const placed = (asset, words) => (asset ? `${asset}: ${words}` : words);

  function baseline({ state, asset, tag, by, travel }) {
    if (by === undefined) return ['info', swat.text('live.baseline.' + state)];
    const moved = { tag, by: swat.number(by), travel, used: swat.percent(Math.abs(by) / travel) };
    const words = swat.text(by === 0 ? 'live.baseline.still' : 'live.baseline.moved', moved);
    return [state === 'frozen' ? 'warning' : 'good', placed(asset, `${swat.text('live.baseline.' + state)} ${words}`)];
  }

  function drifted({ asset, of, tags, since }) {
    const key = of === 'score' ? 'score' : tags.length > 0 ? 'tags' : 'input';
    return placed(asset, swat.text('live.drift.' + key, { tags: tags.join(', '), since: swat.moment(since) }));
  }

  function drift({ state, reason, found, blockMs, unknown }) {
    if (state === 'drifted') return ['warning', found.map(drifted).join(' ')];
    if (state === 'unknown') return ['info', swat.text('live.drift.' + reason)];
    const words = [swat.text('live.drift.ok', { block: swat.howLong(blockMs) })];
    const shown = unknown.slice(0, 5);
    const names = unknown.length > 5 ? `${shown.join(', ')} +${unknown.length - 5}` : shown.join(', ');
    if (unknown.length > 0) words.push(swat.text('live.drift.slow', { names }));
    return ['good', words.join(' ')];
  }

  /** What the running detector says of itself: its slow baseline, and drift. Asked for again until it is closed. */
  swat.createLive = function (type, id) {
    const element = swat.part('div', 'swat-live').attr('id', 'swat-detector-live').hide();
    let closed = false;
    let timer;

    function show(live) {
      element.toggle(Boolean(live.baseline)).empty();
      if (!live.baseline) return;
      for (const [name, [severity, words]] of [
        ['baseline', baseline(live.baseline)],
        ['drift', drift(live.drift)],
      ])
        element.append(swat.part('div', 'swat-live-' + name).append(swat.mark(severity), swat.part('span', '', words)));
    }

    function ask() {
      $.getJSON(`${type}/${id}/live`)
        .done(show)
        .fail(() => element.hide())
        .always(() => {
          if (!closed) timer = setTimeout(ask, EVERY_MS);
        });
    }

    ask();
    return {
      element,
      close() {
        closed = true;
        clearTimeout(timer);
      },
    };
  };
})();
