(function () {
  const swat = (window.swat = window.swat || {});
  const REFRESH_MS = 3000;

  /**
   * A list of a deployed node, asked for again every few seconds while it is on the page.
   * `rows(answer)` gives what is to be drawn: a `key`, which is the same while nothing has changed, and `draw(list)`.
   * Nothing is drawn anew under the pointer unless something has changed. `gone` is called while the node is not deployed.
   * Returns what asks at once.
   */
  swat.liveList = function (list, path, undeployed, rows, gone) {
    let shown;
    let timer;

    function show(key, draw) {
      if (key === shown) return;
      shown = key;
      list.empty();
      draw(list);
    }

    function refresh() {
      clearTimeout(timer);
      if (list.closest('body').length === 0) return;
      const missing = () => {
        if (gone) gone();
        show('', () => list.append(swat.part('div', 'form-tips', undeployed)));
      };
      $.getJSON(path)
        .done((answer) => {
          if (!answer.deployed) return missing();
          const { key, draw } = rows(answer);
          show(key, draw);
        })
        .fail(missing)
        .always(() => (timer = setTimeout(refresh, REFRESH_MS)));
    }
    return refresh;
  };

  /** A small button with an icon and a text, for what is done with one row. */
  swat.rowButton = function (icon, text, about, act) {
    return swat
      .button(text, act, icon, true)
      .attr({ title: text, 'aria-label': about ? `${text}: ${about}` : text })
      .css({ marginLeft: '4px', marginTop: '2px' });
  };
})();
