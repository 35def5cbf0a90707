(function () {
  const swat = (window.swat = window.swat || {});

  function readTags(text) {
    return [...new Set(String(text || '').split(',').map((tag) => tag.trim()).filter(Boolean))]; // prettier-ignore
  }

  /** A time of the field: without an offset it is UTC. */
  function readTime(text) {
    const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : text + 'Z';
    return new Date(zoned).getTime();
  }

  function readRanges(text) {
    const ranges = [];
    for (const line of String(text || '').split('\n')) {
      const [, times, why] = /^([^#]*)#?(.*)$/.exec(line);
      const [from, to] = times.split('/').map((time) => readTime(time.trim()));
      if (from < to) ranges.push({ from, to, why: why.trim() });
    }
    return ranges;
  }

  function lineOf({ from, to, why }) {
    const range = new Date(from).toISOString() + '/' + new Date(to).toISOString();
    return why ? `${range} # ${why.replace(/[\r\n#]+/g, ' ')}` : range;
  }

  const key = (ranges) => ranges.map(([from, to]) => `${from}/${to}`).sort().join(); // prettier-ignore
  const names = (tags) => [...tags].sort().join();

  /**
   * What is left out of the learning: tags, and the calendar of known incidents. It is kept in two hidden fields of the
   * dialog, so that it is saved with the node.
   * @param changed hears of every change
   */
  swat.createExclusions = function (changed) {
    const tagField = $('#node-input-excludeTags');
    const rangeField = $('#node-input-excludeRanges');
    let tags = readTags(tagField.val());
    let ranges = readRanges(rangeField.val());
    const keep = () => {
      tagField.val(tags.join(', ')).trigger('change');
      rangeField.val(ranges.map(lineOf).join('\n')).trigger('change');
      changed();
    };
    return {
      tags: () => tags,
      ranges: () => ranges,
      has: (tag) => tags.includes(tag),
      setTag(tag, out) {
        if (out === tags.includes(tag)) return;
        tags = out ? [...tags, tag] : tags.filter((each) => each !== tag);
        keep();
      },
      addRanges(added, why) {
        for (const [from, to] of added) {
          const there = ranges.some((range) => range.from === from && range.to === to);
          if (from < to && !there) ranges = [...ranges, { from, to, why }].sort((a, b) => a.from - b.from);
        }
        keep();
      },
      removeRange(gone) {
        ranges = ranges.filter((range) => range !== gone);
        keep();
      },
      /** What a finding offers to leave out. */
      take({ tags: more = [], ranges: stretches = [] }, why) {
        tags = [...new Set([...tags, ...more])];
        this.addRanges(stretches, why);
      },
      /** For a command. */
      asked: () => ({ tags, ranges: ranges.map(({ from, to }) => [from, to]) }),
      /** Whether it is what a training left out. */
      are: (source) =>
        names(source.excludedTags) === names(tags) &&
        key(source.excludedRanges) === key(ranges.map(({ from, to }) => [from, to])),
    };
  };
})();
