(function () {
  const swat = (window.swat = window.swat || {});

  /** The steps of the guided path, in their order. */
  swat.STEPS = ['collect', 'check', 'train', 'validate', 'arm'];

  /** Whether a check or training was made of what is chosen now. */
  function ofSource(guide, source) {
    if (!source) return false;
    if (guide.choice.from() === 'flow') return source.kind !== 'file';
    return source.kind === 'file' && source.file === guide.choice.file();
  }

  /** The version that this dialog is about: the one trained last, else the newest that was trained here. */
  swat.candidateOf = function (guide) {
    const { trained } = guide.report;
    const known = guide.versions.filter((version) => !version.problem);
    if (trained) return known.find(({ version }) => version === trained.version);
    return known.find(({ origin }) => origin !== 'reference');
  };

  function isTrained(guide) {
    const { trained, quality, collected } = guide.report;
    if (!trained) return Boolean(swat.candidateOf(guide)) && !quality && !collected && !guide.choice.chosen();
    return ofSource(guide, trained.source) && guide.exclusions.are(trained.source);
  }

  /** What is done of the path. What a later step rests on is done too, though nobody looked at it. */
  function doneOf(guide) {
    const { stage, quality, collected } = guide.report;
    const candidate = swat.candidateOf(guide);
    const train = isTrained(guide);
    const arm = train && Boolean(candidate && candidate.active);
    const looked = guide.looked || Boolean(candidate && candidate.shadow);
    const check = train || (stage !== 'checking' && quality !== null && ofSource(guide, quality.source));
    const gathered = guide.choice.from() === 'file' ? guide.choice.chosen() : collected > 0 && stage !== 'collecting';
    return { collect: check || gathered, check, train, validate: arm || (train && looked), arm };
  }

  /**
   * Of each step: `done`; `now` for the first that is not, or `shadow` where a candidate runs beside the version in force and
   * waits to be armed; `next` for the one after it, `later` for the others.
   */
  swat.stepStates = function (guide) {
    const done = doneOf(guide);
    const open = swat.STEPS.filter((step) => !done[step]);
    const candidate = swat.candidateOf(guide);
    const now = open[0] === 'arm' && candidate && candidate.shadow ? 'shadow' : 'now';
    const stateOf = (step) => (done[step] ? 'done' : [now, 'next'][open.indexOf(step)] || 'later');
    return Object.fromEntries(swat.STEPS.map((step) => [step, stateOf(step)]));
  };

  /** The step to show when a dialog opens. */
  swat.stepNow = function (guide) {
    const { stage } = guide.report;
    if (stage === 'collecting') return 'collect';
    if (stage === 'checking') return 'check';
    if (stage === 'training') return 'train';
    const states = swat.stepStates(guide);
    return swat.STEPS.find((step) => states[step] === 'now' || states[step] === 'shadow') || 'arm';
  };
})();
