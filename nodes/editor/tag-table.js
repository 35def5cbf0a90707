(function () {
  const swat = (window.swat = window.swat || {});
  const ORDERS = ['problem', 'name', 'missing', 'drift', 'plant'];

  /** What is wrong with a tag, the worst first: `[severity, words]`. */
  function problems(tag, findings) {
    const said = [];
    const about = (code) => findings.find((each) => each.code === code && each.tags.includes(tag.tag));
    if (tag.count === 0) said.push(['stop', swat.say('tag.absent')]);
    else if (tag.missing > 0.05) said.push([tag.missing > 0.5 ? 'stop' : 'warning', swat.say('tag.missing', { share: swat.percent(tag.missing) })]); // prettier-ignore
    if (tag.stuck) said.push(['warning', swat.say('tag.stuck', { long: swat.howLong(tag.stuck.to - tag.stuck.from) })]);
    if (tag.outOfRange > 0) said.push(['warning', swat.say('tag.range', { share: swat.percent(tag.outOfRange) })]);
    const drift = about('drift');
    if (drift)
      said.push([drift.severity, swat.say('tag.drift', { change: swat.number(drift.params.change), unit: tag.unit })]);
    const constant = about('constant');
    if (tag.constant && tag.count > 0) said.push([constant ? constant.severity : 'info', swat.say('tag.constant')]);
    if (tag.modes.length > 1) said.push(['info', swat.say('tag.modes', { modes: tag.modes.length })]);
    return said;
  }

  const WEIGHT = { stop: 100, warning: 10, info: 1 };
  const weightOf = ({ said }) => said.reduce((sum, [severity]) => sum + WEIGHT[severity], 0);

  const COMPARE = {
    problem: (a, b) => weightOf(b) - weightOf(a) || a.index - b.index,
    name: (a, b) => a.tag.tag.localeCompare(b.tag.tag, undefined, { numeric: true }),
    missing: (a, b) => b.tag.missing - a.tag.missing || a.index - b.index,
    drift: (a, b) => Math.abs(b.tag.drift || 0) - Math.abs(a.tag.drift || 0) || a.index - b.index,
    plant: (a, b) => a.index - b.index,
  };

  function figures({ min, max, mean, std, unit, distinct }) {
    if (mean === null) return '';
    return swat.say('tag.figures', {
      min: swat.number(min),
      max: swat.number(max),
      mean: swat.number(mean),
      std: swat.number(std),
      unit: unit || '',
      distinct: distinct > 30 ? '> 30' : distinct,
    });
  }

  function rowOf(guide, { tag, said }, times) {
    const box = $('<input type="checkbox">').attr('aria-label', swat.say('tag.leave', { tag: tag.tag }));
    box.prop('checked', guide.exclusions.has(tag.tag)).on('change', () => guide.exclusions.setTag(tag.tag, box.is(':checked'))); // prettier-ignore
    const name = swat
      .part('div', 'swat-tag-name')
      .append(swat.part('b', '', tag.tag).attr('title', tag.tag), swat.part('span', 'swat-unit', tag.unit));
    const words = swat.part('div', 'swat-tag-problems');
    for (const [severity, text] of said)
      words.append(swat.part('div', 'swat-tag-problem').append(swat.mark(severity), swat.part('span', '', text)));
    return swat
      .part('div', 'swat-tag')
      .attr('title', figures(tag))
      .append(
        swat
          .part('label', 'swat-tag-out')
          .attr('title', swat.say('tag.leave', { tag: tag.tag }))
          .append(box),
        name,
        swat.histogram(tag),
        swat.trend(tag, times),
        words,
      );
  }

  /** Every tag with its charts and what is wrong with it: searched, sorted, and left out by a tick. */
  swat.createTagTable = function (guide, report) {
    const entries = report.tags.map((tag, index) => ({ tag, index, said: problems(tag, report.findings) }));
    const search = $('<input type="search">').attr({ placeholder: swat.say('tag.search'), 'aria-label': swat.say('tag.search') }); // prettier-ignore
    const order = swat.part('select').attr('aria-label', swat.say('tag.order'));
    for (const each of ORDERS) order.append($('<option>').val(each).text(swat.say('order.' + each))); // prettier-ignore
    const list = swat.part('div', 'swat-tags').attr({ tabindex: 0, role: 'group', 'aria-label': swat.say('tag.list') });
    const head = swat
      .part('div', 'swat-tag swat-tag-head')
      .append(
        swat.part('span', 'swat-tag-out', swat.say('tag.out')),
        swat.part('span', 'swat-tag-name', swat.say('tag.name')),
        swat.part('span', 'swat-tag-bars', swat.say('tag.values')),
        swat.part('span', 'swat-tag-trend', swat.say('tag.trend')),
      );
    const rows = entries.map((entry) => ({ ...entry, row: rowOf(guide, entry, report.times) }));
    const show = () => {
      const wanted = String(search.val()).trim().toLowerCase();
      const sorted = [...rows].sort(COMPARE[order.val()] || COMPARE.problem);
      sorted.forEach(({ row, tag }) => row.toggle(tag.tag.toLowerCase().includes(wanted)).appendTo(list));
    };
    search.on('input', show);
    order.on('change', show);
    show();
    const element = swat.part('div').append(swat.part('div', 'swat-tools').append(search, order), head, list);
    guide.onExclusions = () =>
      rows.forEach(({ row, tag }) => row.toggleClass('swat-out', guide.exclusions.has(tag.tag)).find('input').prop('checked', guide.exclusions.has(tag.tag))); // prettier-ignore
    guide.onExclusions();
    return { element };
  };
})();
