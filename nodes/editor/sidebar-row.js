(function () {
  const swat = (window.swat = window.swat || {});
  /** What the picture of the score shows, ms. */
  const SPAN = 120000;
  const [WIDTH, HEIGHT] = [120, 26];

  /** The score of the last two minutes against its threshold; the right edge is now. */
  function picture(scores, now) {
    const shown = scores.filter(([time]) => time > now - SPAN);
    const last = shown.length > 0 ? shown[shown.length - 1][1] : undefined;
    const peak = shown.reduce((most, [, ratio]) => Math.max(most, ratio), 0);
    const y = swat.scale(0, Math.max(1.6, peak * 1.1), HEIGHT - 1, 1);
    // A pause in the data is a gap.
    const xs = [];
    const ys = [];
    shown.forEach(([time, ratio], index) => {
      if (index > 0 && time - shown[index - 1][0] > 10000) {
        xs.push(0);
        ys.push(null);
      }
      xs.push(WIDTH - (WIDTH * (now - time)) / SPAN);
      ys.push(y(ratio));
    });
    const title =
      last === undefined
        ? swat.text('sidebar.no-score')
        : swat.text('sidebar.score', { now: swat.number(last), peak: swat.number(peak) });
    const threshold = y(1).toFixed(1);
    return swat.drawing(WIDTH, HEIGHT, { class: 'swat-side-chart', preserveAspectRatio: 'none', title }, [
      ['line', { x1: 0, x2: WIDTH, y1: threshold, y2: threshold, class: 'swat-side-threshold' }],
      ['path', { d: swat.path(xs, ys), class: last >= 1 ? 'swat-side-over' : 'swat-side-line' }],
    ]);
  }

  /** What is to be known beside the status, in a few words each: `[kind, text]`. */
  function factsOf({ version, queue, errors }) {
    const facts = [];
    if (version) facts.push(['version', swat.text('sidebar.version', { version })]);
    if (queue > 0) facts.push(['queue', swat.text('sidebar.queue', { queue })]);
    if (errors > 0) facts.push(['errors', swat.text(errors === 1 ? 'sidebar.error' : 'sidebar.errors', { errors })]);
    return facts;
  }

  /** One node in the sidebar: a button that leads to it. `place` is where it is in the editor. */
  swat.createSidebarRow = function (place) {
    const dot = swat.part('span', 'swat-side-dot').attr('aria-hidden', 'true');
    const name = swat.part('span', 'swat-side-name');
    const kind = swat.part('span', 'swat-side-kind');
    const status = swat.part('div', 'swat-side-status');
    const chart = swat.part('div', 'swat-side-score');
    const ratio = swat.part('span', 'swat-side-ratio');
    const bar = swat
      .part('div', 'swat-side-bar')
      .attr({ role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 });
    const fill = swat.part('span').appendTo(bar);
    const facts = swat.part('div', 'swat-side-facts');
    const element = swat
      .part('button', 'swat-side-row')
      .attr({ type: 'button', title: swat.text('sidebar.reveal'), 'data-node': place.id })
      .on('click', () => RED.view.reveal(place.id))
      .append(swat.part('div', 'swat-side-head').append(dot, name, kind), status, chart, bar, facts);

    return {
      element,
      /** @param entry what the runtime says, `undefined` where the node is not deployed */
      show(label, type, entry, said, scores, now) {
        name.text(label);
        kind.text(label === type ? '' : type);
        const text =
          entry === undefined ? swat.text('sidebar.undeployed') : (said && said.text) || swat.text('sidebar.quiet');
        status.text(text);
        const shape = `${(entry && said && said.fill) || 'none'} swat-side-${(said && said.shape) || 'ring'}`;
        dot.attr('class', `swat-side-dot swat-side-${shape}`);
        const scored = entry !== undefined && (scores.length > 0 || entry.version !== undefined);
        chart.toggle(scored).empty();
        if (scored) {
          const peak = scores.reduce((most, [time, each]) => (time > now - SPAN ? Math.max(most, each) : most), -1);
          ratio.text(peak < 0 ? '' : swat.text('sidebar.peak', { ratio: peak.toFixed(peak < 10 ? 2 : 0) }));
          ratio.toggleClass('swat-side-high', scores.length > 0 && scores[scores.length - 1][1] >= 1);
          chart.append(picture(scores, now), ratio);
        }
        const known = entry !== undefined && entry.progress !== undefined;
        bar.toggle(known);
        if (known) {
          const percent = Math.floor(100 * entry.progress);
          fill.css('width', `${percent}%`);
          bar.attr({
            'aria-valuenow': percent,
            'aria-label': swat.text('sidebar.progress.' + entry.stage, { percent }),
          });
          bar.attr('title', swat.text('sidebar.progress.' + entry.stage, { percent }));
        }
        facts.empty();
        for (const [about, words] of entry === undefined ? [] : factsOf(entry))
          facts.append(swat.part('span', 'swat-side-fact swat-side-fact-' + about, words));
      },
    };
  };
})();
