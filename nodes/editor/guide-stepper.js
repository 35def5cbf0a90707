(function () {
  const swat = (window.swat = window.swat || {});

  /** The five steps as tabs with their states; arrow keys, Home and End move between them. */
  swat.createStepper = function (choose) {
    const list = swat.part('div', 'swat-steps').attr({ role: 'tablist', 'aria-label': swat.say('path') });
    const tabs = swat.STEPS.map((step, index) => {
      const tab = swat.part('button', 'swat-step').attr({ type: 'button', role: 'tab', 'data-step': step });
      tab.append(
        swat.part('span', 'swat-number', String(index + 1)),
        swat.part('span', 'swat-title', swat.say('step.' + step)),
        swat.part('span', 'swat-state'),
      );
      return tab.on('click', () => choose(step)).appendTo(list);
    });
    list.on('keydown', (event) => {
      const at = tabs.findIndex((tab) => tab[0] === document.activeElement);
      const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 };
      if (at < 0 || moves[event.key] === undefined) return;
      const tab = tabs[(moves[event.key] + tabs.length) % tabs.length];
      event.preventDefault();
      tab.trigger('focus');
      choose(tab.attr('data-step'));
    });
    return {
      element: list,
      show(states, chosen) {
        tabs.forEach((tab, index) => {
          const step = swat.STEPS[index];
          const state = states[step];
          const looks = { done: 'done', now: 'now', shadow: 'now' }[state] || 'next';
          tab.removeClass('swat-done swat-now swat-next').addClass('swat-' + looks);
          tab.attr({ 'aria-selected': String(step === chosen), tabindex: step === chosen ? 0 : -1 });
          tab.attr('aria-controls', 'swat-step-' + step);
          tab.find('.swat-number').text(state === 'done' ? '✓' : String(index + 1));
          tab.find('.swat-state').text(swat.say('state.' + state));
        });
      },
    };
  };
})();
