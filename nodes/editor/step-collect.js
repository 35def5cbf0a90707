(function () {
  const swat = (window.swat = window.swat || {});
  const panels = (swat.stepPanels = swat.stepPanels || {});

  function sourceChoice(guide) {
    const box = swat.part('div', 'swat-choice').attr({ role: 'radiogroup', 'aria-label': swat.say('collect.from') });
    const inputs = ['flow', 'file'].map((from) => {
      const input = $('<input type="radio" name="swat-from">').val(from).on('change', () => guide.choice.setFrom(from)); // prettier-ignore
      box.append(swat.part('label').append(input, ' ', document.createTextNode(swat.say('collect.' + from))));
      return input;
    });
    return { box, show: (from) => inputs.forEach((input) => input.prop('checked', input.val() === from)) };
  }

  /** Step 1: where normal operation comes from, the flow or a file. */
  panels.collect = function (guide) {
    const element = swat.part('div', 'swat-whole');
    const choice = sourceChoice(guide);
    const told = swat.part('div', 'swat-told');
    const collect = swat.button(swat.say('button.collect'), () => swat.startCollecting(guide, false), 'play');
    const more = swat.button(swat.say('button.more'), () => swat.startCollecting(guide, true), 'plus');
    const buttons = swat.part('div', 'swat-buttons').append(collect.attr('id', 'swat-detector-collect'), more);
    buttons.children().attr('data-needs-node', '');
    const flow = swat.part('div').append($('.swat-collect-fields'), told, buttons);
    const file = swat.createFileSource(guide, element);
    const check = swat.button(swat.say('button.check'), () => guide.check(), 'stethoscope').addClass('primary swat-on');
    check.attr({ id: 'swat-detector-check', 'data-needs-node': '' });
    element.append(swat.part('p', '', swat.say('collect.intro')), choice.box, flow, file.element, check);
    return {
      element,
      update() {
        const from = guide.choice.from();
        const { collected } = guide.report;
        choice.show(from);
        flow.toggle(from === 'flow');
        file.element.toggle(from === 'file');
        if (from === 'file') file.update();
        told.text(collected ? swat.say('collect.kept', { collected: collected.toLocaleString() }) : '');
        more.toggle(collected > 0);
        check.toggle(from === 'file' ? guide.choice.chosen() : collected > 0);
      },
    };
  };

  /** Begins to collect from the flow, with the fields as they stand in the dialog. */
  swat.startCollecting = function (guide, more) {
    const field = $('#node-input-windows');
    if (!window.swatDetector.enough(guide.node, field.val())) {
      RED.notify(swat.text('hint.least', { least: swat.least(guide.node) }), 'error');
      return;
    }
    guide.command({
      command: 'collect',
      windows: Number(field.val()) || undefined,
      ...guide.stride(),
      leaveOut: $('#node-input-leaveOut').is(':checked'),
      train: $('#node-input-autoTrain').is(':checked'),
      exclude: guide.exclusions.asked(),
      more,
    });
  };
})();
