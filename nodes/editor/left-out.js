(function () {
  const swat = (window.swat = window.swat || {});

  /** A time as the browser's own field for it wants it, in the time of this computer. */
  function fieldTime(ms) {
    const date = new Date(ms);
    return new Date(ms - 60000 * date.getTimezoneOffset()).toISOString().slice(0, 16);
  }

  function tagChips(guide) {
    return guide.exclusions
      .tags()
      .map((tag) =>
        swat
          .part('span', 'swat-chip', tag)
          .append(
            swat.button(swat.say('button.take', { tag }), () => guide.exclusions.setTag(tag, false), 'times', 'icon'),
          ),
      );
  }

  function calendar(guide) {
    return guide.exclusions.ranges().map((range) => {
      const words = `${swat.moment(range.from)} – ${swat.moment(range.to)}`;
      const take = swat.button(swat.say('button.takeTime'), () => guide.exclusions.removeRange(range), 'times', 'icon');
      return swat
        .part('div', 'swat-range')
        .append(swat.part('span', 'swat-range-time', words), swat.part('span', 'swat-range-why', range.why), take);
    });
  }

  function tagField(guide) {
    const input = $('<input type="text">').attr({
      placeholder: swat.say('out.tag'),
      'aria-label': swat.say('out.tag'),
    });
    const add = () => {
      input.val().split(',').map((tag) => tag.trim()).filter(Boolean).forEach((tag) => guide.exclusions.setTag(tag, true)); // prettier-ignore
      input.val('');
    };
    input.on('keydown', (event) => {
      if (event.key === 'Enter') add();
    });
    return swat.part('div', 'swat-add').append(input, swat.button(swat.say('button.add'), add, 'plus', true));
  }

  function rangeField(guide) {
    const time = (name) => $('<input type="datetime-local">').attr({ 'aria-label': swat.say('out.' + name), title: swat.say('out.' + name) }); // prettier-ignore
    const [from, to] = [time('from'), time('to')];
    const why = $('<input type="text">').attr({ placeholder: swat.say('out.why'), 'aria-label': swat.say('out.why') });
    const { quality } = guide.report;
    if (quality && quality.record.first !== null) from.val(fieldTime(quality.record.first));
    const add = () => {
      const [start, end] = [new Date(from.val()).getTime(), new Date(to.val()).getTime()];
      const right = start < end;
      from.add(to).toggleClass('input-error', !right);
      if (!right) return;
      guide.exclusions.addRanges([[start, end]], String(why.val()).trim());
      why.val('');
    };
    const until = swat.part('span', 'swat-until', swat.say('out.until'));
    return swat.part('div', 'swat-add').append(from, until, to, why, swat.button(swat.say('button.add'), add, 'plus', true)); // prettier-ignore
  }

  /** What is left out: tags as chips, and the calendar of known incidents. */
  swat.createLeftOut = function (guide) {
    const chips = swat.part('div', 'swat-chips');
    const ranges = swat.part('div', 'swat-ranges');
    const element = swat.section(
      swat.say('out.title'),
      swat.part('div', 'swat-label', swat.say('out.tags')),
      chips,
      tagField(guide),
      swat.part('div', 'swat-label', swat.say('out.ranges')),
      ranges,
      rangeField(guide),
    );
    const none = () => swat.part('span', 'swat-none', swat.say('out.none'));
    return {
      element,
      update() {
        const [tags, times] = [tagChips(guide), calendar(guide)];
        chips.empty().append(tags.length > 0 ? tags : none());
        ranges.empty().append(times.length > 0 ? times : none());
      },
    };
  };
})();
