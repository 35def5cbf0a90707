(function () {
  const swat = (window.swat = window.swat || {});

  /** The one click that cures a finding, which then says that it is done. */
  function cure(guide, finding) {
    const { tags = [], ranges = [] } = finding.exclude;
    const which = tags.length > 0 ? 'leaveTags' : 'leaveRanges';
    const text = swat.say('button.' + which, { tags: tags.slice(0, 3).join(', '), more: tags.length > 3 ? ' …' : '', ranges: ranges.length }); // prettier-ignore
    const button = swat.button(text, () => guide.exclusions.take(finding.exclude, finding.text.slice(0, 80)), 'ban', true); // prettier-ignore
    const done = swat.part('span', 'swat-cured', '✓ ' + swat.say('check.cured'));
    const show = () => {
      const taken =
        tags.every((tag) => guide.exclusions.has(tag)) &&
        ranges.every(([from, to]) => guide.exclusions.ranges().some((range) => range.from <= from && range.to >= to));
      button.toggle(!taken);
      done.toggle(taken);
    };
    show();
    return { element: swat.part('div', 'swat-cure').append(button, done), show };
  }

  /** Findings or notes, the worst first: what is the matter, what to do, and where it can be, one click that does it. */
  swat.createFindings = function (guide, findings) {
    const element = swat.part('ul', 'swat-findings');
    const cures = [];
    for (const finding of findings) {
      const severity = finding.severity || 'warning';
      const words = swat
        .part('div')
        .append(
          swat.part('b', 'swat-severity', swat.say('severity.' + severity)),
          document.createTextNode(' ' + finding.text),
          swat.part('div', 'swat-advice', finding.advice),
        );
      if (finding.exclude) {
        const offered = cure(guide, finding);
        cures.push(offered);
        words.append(offered.element);
      }
      element.append(swat.part('li', 'swat-finding swat-is-' + severity).append(swat.mark(severity), words));
    }
    if (findings.length === 0)
      element.append(swat.part('li', 'swat-finding').append(swat.mark('good'), swat.part('div', '', swat.say('check.good')))); // prettier-ignore
    return { element, update: () => cures.forEach(({ show }) => show()) };
  };
})();
