(function () {
  const swat = (window.swat = window.swat || {});
  const WIDTH = 460;
  const LEFT = 40;
  const TOP = 16;
  const BOTTOM = 116;

  /** The points of each fit, in their order. */
  function fitsOf(points) {
    const fits = new Map();
    for (const point of points) {
      const name = point.phase + point.fold;
      if (!fits.has(name)) fits.set(name, []);
      fits.get(name).push(point);
    }
    return [...fits.values()];
  }

  /** How the loss fell: solid on what was learned, dashed on unseen time; the fit at work in front of those before. */
  swat.createLoss = function () {
    const element = swat.part('div').attr('id', 'swat-detector-curve');
    return {
      element,
      show(points) {
        element.empty();
        if (points.length === 0) return;
        const losses = points
          .flatMap(({ loss, validationLoss }) => [loss, validationLoss])
          .filter((loss) => loss !== null);
        const most = Math.max(...losses);
        const epochs = Math.max(2, ...points.map(({ epoch }) => epoch));
        const x = swat.scale(1, epochs, LEFT, WIDTH - 6);
        const y = swat.scale(0, most, BOTTOM, TOP);
        const fits = fitsOf(points);
        const lines = fits.flatMap((fit, index) => {
          const age = index === fits.length - 1 ? 'swat-newest' : 'swat-older';
          const xs = fit.map(({ epoch }) => x(epoch));
          const line = (key) => swat.path(xs, fit.map((point) => (point[key] === null ? null : y(point[key])))); // prettier-ignore
          return [
            ['path', { d: line('loss'), class: `swat-line ${age}` }],
            ['path', { d: line('validationLoss'), class: `swat-line swat-unseen-time ${age}` }],
          ];
        });
        const label = (px, py, anchor, text) => [
          'text',
          { x: px, y: py, 'text-anchor': anchor, class: 'swat-axis' },
          text,
        ];
        const [newest] = fits[fits.length - 1];
        const title = newest.phase === 'fold' ? swat.say('chart.fold', { fold: newest.fold }) : swat.say('chart.final');
        element.append(
          swat.drawing(WIDTH, 132, { class: 'swat-chart', width: '100%', title: swat.say('chart.loss') }, [
            ['path', { d: `M${LEFT} ${TOP}V${BOTTOM}H${WIDTH - 6}`, class: 'swat-frame' }],
            ...lines,
            label(LEFT, 10, 'start', title),
            label(LEFT - 4, TOP + 4, 'end', swat.number(most)),
            label(LEFT - 4, BOTTOM + 3, 'end', '0'),
            label(LEFT, 128, 'middle', '1'),
            label((LEFT + WIDTH) / 2, 128, 'middle', swat.say('chart.epoch')),
            label(WIDTH - 6, 128, 'end', String(epochs)),
          ]),
        );
      },
    };
  };
})();
