(function () {
  const swat = (window.swat = window.swat || {});
  const panels = (swat.stepPanels = swat.stepPanels || {});

  /** What is in force, and what the new version would change. */
  function standing(guide, candidate) {
    const active = guide.versions.find((version) => version.active);
    const made = ({ created, version }) => (created ? swat.moment(created) : version);
    if (candidate && candidate.active) return swat.say('arm.active', { made: made(candidate) });
    const now = active ? swat.say('arm.other', { made: made(active) }) : swat.say('arm.none');
    if (!candidate) return now;
    return `${swat.say(candidate.shadow ? 'arm.shadow' : 'arm.new', { made: made(candidate) })} ${now}`;
  }

  /** Step 5: put the version in force, beside the active one, or go back. */
  panels.arm = function (guide) {
    const element = swat.part('div');
    const told = swat.part('div', 'swat-summary');
    const reason = $('<input type="text" class="swat-wide" maxlength="200">').attr({ id: 'swat-reason', placeholder: swat.say('arm.example') }); // prettier-ignore
    const activate = () => {
      const { version } = swat.candidateOf(guide);
      swat.post(
        `swat-model/${guide.modelId()}/activate`,
        { kind: guide.kind, version, reason: reason.val() },
        guide.load,
      );
    };
    const shadow = () =>
      guide.command({ command: 'shadow', version: swat.candidateOf(guide).version, reason: reason.val() });
    const arm = swat
      .button(swat.say('button.arm'), activate, 'shield')
      .addClass('primary')
      .attr('id', 'swat-detector-arm');
    const beside = swat.button(swat.say('button.shadow'), shadow, 'clone').attr('id', 'swat-detector-shadow');
    const buttons = swat.part('div', 'swat-buttons').append(arm, beside);
    buttons.children().attr('data-needs-node', '');
    const given = swat.row(swat.say('arm.reason'), reason);
    element.append(swat.part('p', '', swat.say('arm.intro')), told, given, buttons, $('.swat-arm-fields'));
    let shown;
    return {
      element,
      update() {
        const candidate = swat.candidateOf(guide);
        const open = candidate !== undefined && !candidate.active;
        told.text(standing(guide, candidate));
        buttons.toggle(open);
        given.toggle(open || guide.versions.length > 1);
        beside.toggle(open && !candidate.shadow && guide.versions.some((version) => version.active));
        if (shown === guide.versions) return;
        shown = guide.versions;
        swat.versions($('#swat-detector-versions'), guide.modelId(), [guide.kind], () => reason.val());
      },
    };
  };
})();
