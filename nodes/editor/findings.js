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

  const NAMED = 5;

  /** Findings of one kind and gravity together, in the order in which the first of each came. */
  function grouped(findings) {
    const groups = new Map();
    for (const finding of findings) {
      const severity = finding.severity || 'warning';
      const key = `${severity} ${finding.code}`;
      if (!groups.has(key)) groups.set(key, { severity, code: finding.code, each: [] });
      groups.get(key).each.push(finding);
    }
    return [...groups.values()];
  }

  /** What all findings of a kind have in common, with the tags that they are about. */
  function common(code, each) {
    const all = [...new Set(each.flatMap(({ tags = [] }) => tags))];
    const names = all.slice(0, NAMED).join(', ');
    const more = all.length - NAMED;
    const params = { count: each.length, names: more > 0 ? swat.say('group.more', { names, more }) : names };
    return swat.say('group.' + code, params);
  }

  /** Findings or notes, the worst first: what is the matter, what to do, and where it can be, one click that does it. */
  swat.createFindings = function (guide, findings) {
    const element = swat.part('ul', 'swat-findings');
    const cures = [];
    const offer = (finding, box) => {
      if (!finding.exclude) return box;
      const offered = cure(guide, finding);
      cures.push(offered);
      return box.append(offered.element);
    };
    for (const { severity, code, each } of grouped(findings)) {
      const [{ text, advice }] = each;
      const single = each.length === 1;
      const words = swat
        .part('div')
        .append(
          swat.part('b', 'swat-severity', swat.say('severity.' + severity)),
          document.createTextNode(' ' + (single ? swat.momentsHere(text) : common(code, each))),
          swat.part('div', 'swat-advice', advice),
        );
      if (single) offer(each[0], words);
      else
        words.append(swat.part('ul', 'swat-same').append(each.map((one) => offer(one, swat.part('li', '', swat.momentsHere(one.text)))))); // prettier-ignore
      element.append(swat.part('li', 'swat-finding swat-is-' + severity).append(swat.mark(severity), words));
    }
    if (findings.length === 0)
      element.append(swat.part('li', 'swat-finding').append(swat.mark('good'), swat.part('div', '', swat.say('check.good')))); // prettier-ignore
    return { element, update: () => cures.forEach(({ show }) => show()) };
  };
})();
