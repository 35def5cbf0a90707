(function () {
  const swat = (window.swat = window.swat || {});
  const panels = (swat.stepPanels = swat.stepPanels || {});

  /** Where the threshold comes from: a share of normal windows, or so many false alarms a day. */
  function threshold() {
    const share = $('#swat-threshold-share');
    const alarms = $('#swat-threshold-alarms');
    const field = $('#node-input-falseAlarmsPerDay');
    const select = swat.part('select', 'swat-wide').attr('id', 'swat-threshold');
    for (const way of ['share', 'alarms']) select.append($('<option>').val(way).text(swat.say('train.' + way))); // prettier-ignore
    const show = () => {
      const asked = select.val() === 'alarms';
      share.toggle(!asked);
      alarms.toggle(asked);
    };
    select.val(Number(field.val()) > 0 ? 'alarms' : 'share').on('change', () => {
      const asked = select.val() === 'alarms';
      field.val(asked ? field.val() || 1 : '').trigger('change');
      show();
    });
    show();
    return swat.row(swat.say('train.threshold'), select);
  }

  function what(guide) {
    const asked = guide.choice.asked();
    const { quality, collected } = guide.report;
    if (asked.file) {
      if (!quality || quality.source.file !== asked.file) return swat.say('train.unread', { file: asked.file });
      return swat.say('train.file', { file: asked.file, samples: quality.record.samples.toLocaleString() });
    }
    if (guide.choice.from() === 'file') return swat.say('train.noFile');
    return collected ? swat.say('train.flow', { collected: collected.toLocaleString() }) : swat.say('train.nothing');
  }

  /** Whether there is something to learn from that nobody has had checked. */
  function isUnchecked(guide) {
    const { quality, collected, stage } = guide.report;
    const { file } = guide.choice.asked();
    if (stage !== 'idle' || !(file || (guide.choice.from() === 'flow' && collected > 0))) return false;
    return !quality || (quality.source.kind === 'file' ? quality.source.file : undefined) !== file;
  }

  /** Step 3: start, watch and cancel a training. */
  panels.train = function (guide) {
    const element = swat.part('div');
    const told = swat.part('p', 'swat-summary');
    const warned = swat.part('div', 'swat-failure').attr('role', 'alert').append(swat.mark('stop'), swat.part('span', '', swat.say('train.stops'))); // prettier-ignore
    const done = swat.part('div', 'swat-told');
    const look = swat.button(swat.say('button.check'), () => guide.check(), 'stethoscope', true);
    const unchecked = swat.tip(swat.say('train.unchecked')).append(' ', look.attr('data-needs-node', ''));
    const stops = () => {
      const { quality } = guide.report;
      return quality !== null && quality.findings.some(({ severity }) => severity === 'stop');
    };
    let sure = false;
    const start = swat.button(
      swat.say('button.train'),
      () => {
        if (!stops() || sure) guide.train();
        else {
          sure = true;
          guide.update();
        }
      },
      'play',
    );
    start.addClass('primary').attr({ id: 'swat-detector-train', 'data-needs-node': '' });
    const next = swat.button(swat.say('button.toValidate'), () => guide.show('validate'), 'arrow-right');
    const buttons = swat.part('div', 'swat-buttons').append(start, next);
    const chart = swat.createLoss();
    element.append(swat.part('p', '', swat.say('train.intro')), told, unchecked, threshold(), $('.swat-train-fields'), warned, buttons, done, chart.element); // prettier-ignore
    return {
      element,
      update() {
        const { curve, trained, stage } = guide.report;
        told.text(what(guide));
        unchecked.toggle(isUnchecked(guide));
        warned.toggle(stops() && sure && stage !== 'training');
        start.contents().last()[0].textContent = swat.say(stops() && sure ? 'button.anyway' : trained ? 'button.trainAgain' : 'button.train'); // prettier-ignore
        next.toggle(trained !== null && stage === 'idle');
        const event = guide.event;
        const live = stage === 'training' && event && event.event === 'training';
        done.text(live ? swat.progressText(event) : trained && stage === 'idle' ? swat.progressText(trained) : '');
        chart.show(curve ? curve.points : []);
      },
    };
  };

  /** Adds an epoch that was heard of to the points of the report. */
  swat.noteEpoch = function (guide, event) {
    if (typeof event.loss !== 'number' || event.phase === 'calibrate') return;
    const { phase, fold, epoch, loss, validationLoss } = event;
    const points = guide.report.curve ? guide.report.curve.points : [];
    const others = points.filter((point) => point.phase !== phase || point.fold !== fold || point.epoch !== epoch);
    const point = {
      phase,
      fold,
      epoch,
      loss,
      validationLoss: typeof validationLoss === 'number' ? validationLoss : null,
    };
    // The first epoch of the first fold begins a new picture.
    const fresh = phase === 'fold' && fold <= 1 && epoch <= 1;
    guide.report = { ...guide.report, curve: { kind: guide.kind, points: fresh ? [point] : [...others, point] } };
  };
})();
