(function () {
  const swat = (window.swat = window.swat || {});

  /** Shares as a list of bars: `[name, share]`, each with its per cent as text. */
  swat.shareBars = function (shares, name) {
    const list = swat.part('ul', 'swat-shares').attr('aria-label', name);
    const most = Math.max(...shares.map(([, share]) => share), 0.001);
    for (const [label, share] of shares) {
      const bar = swat.part('span', 'swat-bar').css('width', `${(100 * share) / most}%`);
      list.append(
        swat
          .part('li')
          .append(
            swat.part('span', 'swat-name', label).attr('title', label),
            swat.part('span', 'swat-track').append(bar),
            swat.part('span', 'swat-value', swat.percent(share)),
          ),
      );
    }
    return list;
  };

  /** When there are data and when not: a bar of the whole record with its gaps. */
  swat.gapBar = function ({ first, last, gaps }) {
    const x = swat.scale(first, last, 0, 460);
    const holes = gaps.list.map(([from, to]) => {
      const width = Math.max(2, x(to) - x(from));
      return ['rect', { x: x(from).toFixed(1), y: 0, width: width.toFixed(1), height: 14, class: 'swat-hole' }];
    });
    return swat.drawing(460, 14, { class: 'swat-chart swat-record', width: '100%', title: swat.say('chart.gaps') }, [
      ['rect', { x: 0, y: 0, width: 460, height: 14, class: 'swat-there' }],
      ...holes,
    ]);
  };
})();
