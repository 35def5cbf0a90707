(function () {
  const swat = (window.swat = window.swat || {});
  const WIDTH = 460;
  const LEFT = 30;
  const TOP = 8;
  const BOTTOM = 96;
  const HIGHEST = 5;

  /** Score over held-out normal time, with the threshold, and the stretches that look like an episode. */
  swat.scoreChart = function ({ series, suspicious }) {
    const { time, ratio } = series;
    const top = Math.min(HIGHEST, Math.max(1.5, ...ratio.filter((value) => value !== null)));
    const x = swat.scale(time[0], time[time.length - 1], LEFT, WIDTH - 4);
    const y = swat.scale(0, top, BOTTOM, TOP);
    const stretches = (suspicious || []).map(({ from, to }) => {
      const start = Math.max(LEFT, x(from));
      const width = Math.max(3, Math.min(WIDTH - 4, x(to)) - start);
      return [
        'rect',
        { x: start.toFixed(1), y: TOP, width: width.toFixed(1), height: BOTTOM - TOP, class: 'swat-stretch' },
      ];
    });
    const label = (px, py, anchor, text) => ['text', { x: px, y: py, 'text-anchor': anchor, class: 'swat-axis' }, text];
    const title = swat.say('chart.score');
    return swat.drawing(WIDTH, 112, { class: 'swat-chart swat-score', width: '100%', title }, [
      ...stretches,
      ['path', { d: `M${LEFT} ${TOP}V${BOTTOM}H${WIDTH - 4}`, class: 'swat-frame' }],
      ['path', { d: swat.path(time.map(x), ratio.map((r) => (r === null ? null : y(Math.min(r, top))))), class: 'swat-line' }], // prettier-ignore
      ['path', { d: `M${LEFT} ${y(1).toFixed(1)}H${WIDTH - 4}`, class: 'swat-threshold' }],
      label(LEFT - 4, y(1) + 3, 'end', '1'),
      label(LEFT - 4, BOTTOM + 3, 'end', '0'),
      label(LEFT - 4, TOP + 5, 'end', swat.number(top)),
      label(WIDTH - 6, y(1) - 4, 'end', swat.say('chart.threshold')),
      label(LEFT, 108, 'start', swat.moment(time[0])),
      label(WIDTH - 4, 108, 'end', swat.moment(time[time.length - 1])),
    ]);
  };
})();
