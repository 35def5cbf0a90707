(function () {
  const swat = (window.swat = window.swat || {});
  const panels = (swat.stepPanels = swat.stepPanels || {});

  function summary({ source, record }) {
    const from = source.kind === 'file' ? source.file : swat.say('check.flow');
    const lines = [
      swat.say('check.samples', {
        samples: record.samples.toLocaleString(),
        from,
        period: record.periodMs ? swat.howLong(record.periodMs) : '–',
      }),
    ];
    if (record.first !== null)
      lines.push(
        swat.say('check.time', {
          first: swat.moment(record.first),
          last: swat.moment(record.last),
          long: swat.howLong(record.last - record.first),
        }),
      );
    lines.push(swat.say('check.rows', { rows: record.rows.toLocaleString(), need: record.need.toLocaleString(), stride: record.stride })); // prettier-ignore
    return swat.part('div', 'swat-summary').append(lines.map((line) => swat.part('div', '', line)));
  }

  /** Folded away: for those who look closer. */
  function folded(title, content, open) {
    return swat.part('details', 'swat-folded').prop('open', Boolean(open)).append(swat.part('summary', '', title), content); // prettier-ignore
  }

  function gaps(record) {
    const list = swat.part('ul');
    for (const [from, to] of record.gaps.list.slice(0, 10))
      list.append(
        swat.part('li', '', swat.say('check.gap', { from: swat.moment(from), long: swat.howLong(to - from) })),
      );
    return swat.part('div').append(swat.gapBar(record), list);
  }

  function pictures(guide, report) {
    const { record, tags, correlation } = report;
    const parts = [
      folded(swat.say('check.tags', { tags: tags.length }), swat.createTagTable(guide, report).element, true),
    ];
    if (record.gaps.count > 0) parts.push(folded(swat.say('check.gaps', { gaps: record.gaps.count }), gaps(record)));
    parts.push(folded(swat.say('check.together'), swat.correlation(correlation)));
    if (record.states.length > 0) parts.push(folded(swat.say('check.modes'), swat.modeBars(record.states)));
    return parts;
  }

  /** Step 2: what the data are like, what to do about it, and what to leave out. */
  panels.check = function (guide) {
    const element = swat.part('div');
    const again = swat.button(swat.say('button.check'), () => guide.check(), 'stethoscope');
    again.attr('data-needs-node', '');
    const next = swat.button(swat.say('button.toTrain'), () => guide.show('train'), 'arrow-right').addClass('primary');
    const changed = swat.tip(swat.say('check.changed'));
    const body = swat.part('div');
    const left = swat.createLeftOut(guide);
    const buttons = swat.part('div', 'swat-buttons').append(again, next);
    element.append(swat.part('p', '', swat.say('check.intro')), body, left.element, changed, buttons);
    let shown;
    let findings;
    return {
      element,
      update() {
        const { quality } = guide.report;
        left.update();
        // Before a check it is the first thing to do; afterwards one goes on from below what was left out.
        if (quality === null) body.after(buttons);
        else element.append(buttons);
        again.toggleClass('primary', quality === null);
        again.contents().last()[0].textContent = swat.say(quality ? 'button.again' : 'button.check');
        next.toggle(quality !== null);
        changed.toggle(quality !== null && !guide.exclusions.are(quality.source));
        if (findings && quality === shown) findings.update();
        if (quality === shown) return;
        shown = quality;
        body.empty();
        if (quality === null) return;
        findings = swat.createFindings(guide, quality.findings);
        body.append(summary(quality), findings.element, pictures(guide, quality));
      },
    };
  };
})();
