(function () {
  const swat = (window.swat = window.swat || {});
  const NOTHING = { stage: 'idle', collected: 0, source: null, quality: null, curve: null, trained: null, failed: null }; // prettier-ignore
  /** What these events tell stands in the report. */
  const NEWS = ['checked', 'trained', 'cancelled', 'failed', 'activated'];
  const STAGES = { collecting: 'collecting', checking: 'checking', reading: 'training', training: 'training' };

  /**
   * The guided path in a detector's dialog: collect, check, train, validate, arm. What it shows comes from the running
   * node, so that it is the same after the dialog was closed.
   */
  swat.createGuide = function (node, type, kind) {
    const box = $('#swat-detector-guide').addClass('swat-guide').empty();
    const guide = { node, type, kind, report: NOTHING, versions: [], deployed: undefined, looked: false, event: null };
    let chosen = 'collect';
    /** The first report has come; the step of it was chosen. */
    let known = false;
    let opened = false;
    let picked = false;
    let closed = false;
    /** Reports asked for, and which of them was the last one to be taken. */
    let asked = 0;
    let answered = 0;

    guide.modelId = () => $('#node-input-model').val();
    guide.choice = swat.createChoice(() => guide.update());
    guide.onExclusions = () => undefined;
    guide.exclusions = swat.createExclusions(() => {
      guide.onExclusions();
      guide.update();
    });
    guide.command = (body, done) =>
      swat.post(`${type}/${node.id}/command`, body, (answer) => {
        guide.load();
        if (done) done(answer);
      });
    guide.check = () => guide.command({ command: 'check', ...guide.choice.asked(), ...guide.stride(), exclude: guide.exclusions.asked() }); // prettier-ignore
    guide.stride = () => ({ stride: swat.strideOf(node) });
    guide.train = () => {
      // The path ends with a person who arms.
      const body = { command: 'train', activate: false, ...guide.choice.asked(), exclude: guide.exclusions.asked() };
      guide.looked = false;
      guide.command({ ...body, ...(body.file ? guide.stride() : {}), ...swat.fitSettings() });
      guide.show('train');
    };

    const stepper = swat.createStepper((step) => guide.show(step));
    const work = swat.createWork(() => guide.command({ command: 'stop' }));
    const tip = swat.tip('').attr('id', 'swat-detector-deploy');
    const failure = swat.part('div', 'swat-failure').attr('role', 'alert');
    const panels = Object.fromEntries(swat.STEPS.map((step) => [step, swat.stepPanels[step](guide)]));
    const bodies = swat.STEPS.map((step) =>
      swat
        .part('div', 'swat-panel')
        .attr({ role: 'tabpanel', id: 'swat-step-' + step })
        .append(panels[step].element),
    );
    const live = swat.createLive(type, node.id);
    // It is of what detects, not of what is learned.
    box.prev('h4').before(live.element);
    box.append(stepper.element, tip, work.element, failure, bodies);

    guide.show = (step) => {
      picked = true;
      chosen = step;
      guide.update();
    };
    guide.update = () => {
      if (closed || !panels) return;
      const { stage, failed } = guide.report;
      stepper.show(swat.stepStates(guide), chosen);
      swat.STEPS.forEach((step, index) => bodies[index].toggle(step === chosen));
      panels[chosen].update();
      work.show(stage, guide.event);
      tip.toggle(guide.deployed === false).text(swat.say('deploy'));
      failure.toggle(failed !== null && stage === 'idle').empty();
      if (failed) failure.append(swat.mark('stop'), swat.part('span', '', failed.text));
      box.find('[data-needs-node]').prop('disabled', !guide.deployed || stage !== 'idle');
    };

    /** Reads where the learning stands. An answer that comes after a later one's is out of date. */
    guide.load = () => {
      const turn = (asked += 1);
      const take = (report) => {
        // The fields of a dialog that was closed may be another node's by now.
        if (closed || turn < answered) return;
        answered = turn;
        guide.deployed = report.stage !== 'none';
        if (guide.deployed) guide.report = report;
        if (guide.deployed && !known) swat.takeUp(guide);
        known = true;
        guide.loadVersions();
      };
      $.getJSON(`${type}/${node.id}/report`).done(take).fail(() => take({ stage: 'none' })); // prettier-ignore
    };
    guide.loadVersions = () => {
      const done = (lists) => {
        guide.versions = (lists && lists[kind]) || [];
        if (closed) return;
        // A step that a person has picked meanwhile stays. The versions alone, which may come first, do not say which it is.
        if (known && !opened && !picked) chosen = swat.stepNow(guide);
        opened = known;
        guide.update();
      };
      if (!RED.nodes.node(guide.modelId())) done();
      else $.getJSON(`swat-model/${guide.modelId()}/versions`).done(done).fail(() => done()); // prettier-ignore
    };
    /** Takes in what the running node tells. */
    guide.hear = (event) => {
      const before = guide.report.stage;
      guide.event = event;
      if (STAGES[event.event]) guide.report = { ...guide.report, stage: STAGES[event.event], failed: null };
      if (event.event === 'training') swat.noteEpoch(guide, event);
      if (!NEWS.includes(event.event)) {
        guide.update();
        return;
      }
      // What is retained of an earlier work is no news.
      const goesOn = opened && before !== 'idle';
      if (goesOn && event.event === 'checked' && before === 'checking') chosen = 'check';
      if (goesOn && event.event === 'trained') chosen = 'validate';
      guide.load();
    };
    guide.close = () => {
      closed = true;
      live.close();
    };

    $('#node-input-model').on('change', () => guide.loadVersions());
    guide.load();
    guide.update();
    return guide;
  };
})();
