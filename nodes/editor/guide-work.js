(function () {
  const swat = (window.swat = window.swat || {});

  function fractionOf(event) {
    if (event.event === 'collecting') return event.wanted ? event.collected / event.wanted : null;
    return typeof event.fraction === 'number' ? event.fraction : null;
  }

  function left(event) {
    if (typeof event.secondsLeft !== 'number') return '';
    return swat.say('work.left', { time: swat.howLong(1000 * Math.max(1, event.secondsLeft)) });
  }

  function words(stage, event) {
    if (!event) return swat.say('work.' + stage);
    if (event.event === 'checking' || event.event === 'reading')
      return `${swat.say('work.read', { samples: event.samples.toLocaleString() })} ${left(event)}`;
    if (event.event === 'training') return `${swat.say('work.training')} ${left(event)}`;
    return swat.progressText(event);
  }

  /** What is under way, how far it is, and the button that ends it. */
  swat.createWork = function (stop) {
    const bar = swat.part('div', 'swat-fill');
    const track = swat
      .part('div', 'swat-progress')
      .attr({ role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 });
    const text = swat.part('span', 'swat-work-text').attr({ id: 'swat-detector-progress', 'aria-live': 'polite' });
    const end = swat.button(swat.say('button.stop'), stop, 'stop', true).attr('id', 'swat-detector-stop');
    const box = swat.part('div', 'swat-work').append(track.append(bar), text, end);
    return {
      element: box,
      show(stage, event) {
        box.toggle(stage !== 'idle');
        if (stage === 'idle') return;
        const told = event && { collecting: 'collecting', checking: 'checking', reading: 'training', training: 'training' }[event.event]; // prettier-ignore
        const here = told === stage ? event : null;
        const fraction = here ? fractionOf(here) : null;
        track.toggleClass('swat-unknown', fraction === null);
        track.attr('aria-label', swat.say('work.' + stage));
        bar.css('width', fraction === null ? '' : `${100 * Math.min(1, fraction)}%`);
        track.attr('aria-valuenow', fraction === null ? null : Math.round(100 * fraction));
        text.text(words(stage, here));
      },
    };
  };
})();
