(function () {
  const swat = (window.swat = window.swat || {});
  const WIDE = 84;
  const LONG = 150;
  const HIGH = 32;

  /** How often a tag had which value, as bars. */
  swat.histogram = function (tag) {
    const counts = tag.histogram ? tag.histogram.counts : [];
    const most = Math.max(1, ...counts);
    const step = WIDE / Math.max(1, counts.length);
    const bars = counts.map((count, index) => {
      // What was seen at all shows.
      const height = count === 0 ? 0 : Math.max(1.5, (HIGH * Math.sqrt(count)) / Math.sqrt(most));
      const place = { x: (index * step).toFixed(1), y: (HIGH - height).toFixed(1) };
      return ['rect', { ...place, width: Math.max(0.8, step - 0.6).toFixed(1), height: height.toFixed(1) }];
    });
    const title = swat.say('chart.histogram', { tag: tag.tag });
    return swat.drawing(WIDE, HIGH, { class: 'swat-chart swat-bars', title }, bars);
  };

  /** How a tag went: the mean as a line, lowest and highest of each stretch as a band. */
  swat.trend = function (tag, times) {
    const { min, max, mean } = tag.trend || { min: [], max: [], mean: [] };
    const numbers = (values) => values.filter((value) => value !== null);
    const y = swat.scale(Math.min(...numbers(min)), Math.max(...numbers(max)), HIGH - 2, 2);
    const x = swat.scale(times[0], times[times.length - 1], 1, LONG - 1);
    const xs = times.map(x);
    const at = (values) => values.map((value) => (value === null ? null : y(value)));
    const band = min.map((low, index) =>
      low === null ? '' : `M${xs[index].toFixed(1)} ${y(low).toFixed(1)}V${(y(max[index]) - 0.5).toFixed(1)}`,
    );
    const title = swat.say('chart.trend', { tag: tag.tag });
    return swat.drawing(LONG, HIGH, { class: 'swat-chart swat-trend', title }, [
      ['path', { d: band.join(''), class: 'swat-band' }],
      ['path', { d: swat.path(xs, at(mean)), class: 'swat-line' }],
      ...stuck(tag, x),
    ]);
  };

  function stuck(tag, x) {
    if (!tag.stuck) return [];
    const from = x(tag.stuck.from);
    const width = Math.max(2, x(tag.stuck.to) - from);
    return [['rect', { x: from.toFixed(1), y: 0, width: width.toFixed(1), height: HIGH, class: 'swat-stretch' }]];
  }
})();
