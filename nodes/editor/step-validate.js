(function () {
  const swat = (window.swat = window.swat || {});
  const panels = (swat.stepPanels = swat.stepPanels || {});

  /** As in lib/detect/expected-alarms.ts. */
  const PROMISE_DAYS = 12;

  /** Expected false alarms in plain words, with how sure that is. */
  function expected({ days, falseAlarms, perDay, upperPerDay }) {
    if (!(days > 0)) return ['warning', swat.say('validate.absentTime')];
    const time = swat.howLong(days * 86400000);
    if (upperPerDay === null)
      return ['warning', swat.say('validate.short', { time, seen: falseAlarms, days: PROMISE_DAYS })];
    const figures = { time, seen: falseAlarms, perDay: swat.number(perDay), upper: swat.number(upperPerDay) };
    const words = swat.say(falseAlarms === 0 ? 'validate.none' : 'validate.some', figures);
    return [upperPerDay <= 1 ? 'good' : 'warning', words];
  }

  function headline(validation) {
    const [severity, words] = expected(validation);
    return swat
      .part('div', 'swat-headline swat-is-' + severity)
      .append(swat.mark(severity), swat.part('div', '', words));
  }

  function suspicious(guide, stretches) {
    const list = swat.part('div', 'swat-suspicious');
    for (const { from, to, peak, tags } of stretches) {
      const taken = () => guide.exclusions.ranges().some((range) => range.from <= from && range.to >= to);
      const words = swat.say('validate.stretch', {
        from: swat.moment(from),
        long: swat.howLong(to - from),
        peak: swat.number(peak),
        tags: tags.join(', '),
      });
      const leave = () => guide.exclusions.addRanges([[from, to]], swat.say('validate.why', { tags: tags[0] || '' }));
      const button = taken()
        ? swat.part('span', 'swat-cured', '✓ ' + swat.say('check.cured'))
        : swat.button(swat.say('button.leave'), leave, 'ban', true);
      list.append(swat.part('div', 'swat-range').append(swat.mark('warning'), swat.part('span', 'swat-range-time', words), button)); // prettier-ignore
    }
    return list;
  }

  function picture(guide, trained) {
    const { validation, notes = [] } = trained;
    const parts = [headline(validation), swat.createFindings(guide, notes).element];
    if (notes.length === 0) parts.pop();
    if (validation.series.time.length > 1)
      parts.push(swat.section(swat.say('validate.score'), swat.scoreChart(validation)));
    if (validation.suspicious.length > 0)
      parts.push(swat.section(swat.say('validate.suspicious'), suspicious(guide, validation.suspicious)));
    if (validation.tags.length > 0) {
      const shares = validation.tags.slice(0, 10).map(({ tag, share }) => [tag, share]);
      parts.push(swat.section(swat.say('validate.blame'), swat.shareBars(shares, swat.say('validate.blame'))));
    }
    return parts;
  }

  /** Step 4: what held-out normal time says of the version. */
  panels.validate = function (guide) {
    const element = swat.part('div');
    const body = swat.part('div');
    const fit = swat.part('div', 'swat-summary');
    const again = swat.button(swat.say('button.without'), () => guide.train(), 'repeat').attr('data-needs-node', '');
    const next = swat.button(
      swat.say('button.toArm'),
      () => {
        guide.looked = true;
        guide.show('arm');
      },
      'arrow-right',
    ).addClass('primary'); // prettier-ignore
    element.append(swat.part('p', '', swat.say('validate.intro')), body, fit, swat.part('div', 'swat-buttons').append(again, next)); // prettier-ignore
    return {
      element,
      update() {
        const { trained, last } = guide.report;
        const changed = trained && trained.source && !guide.exclusions.are(trained.source);
        again.toggle(Boolean(changed));
        next.toggle(Boolean(trained || last));
        fit.text(trained ? swat.progressText(trained) : '');
        body.empty();
        if (!trained && last) body.append(picture(guide, last));
        else if (!trained) body.append(swat.tip(swat.say('validate.nothing')));
        else if (!trained.validation) body.append(swat.tip(swat.say('validate.absent')));
        else body.append(picture(guide, trained));
      },
    };
  };
})();
