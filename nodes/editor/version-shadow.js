(function () {
  const swat = (window.swat = window.swat || {});

  function rate(perDay) {
    return perDay === null ? '–' : swat.number(perDay);
  }

  /** How the candidate does beside the active version, node by node. */
  swat.shadowView = function (box, path, kind, shadow, refresh, by) {
    box.empty();
    if (!shadow.version) return;
    $('<p>')
      .append($('<b>').text(swat.text('shadow.runs', { version: shadow.version })))
      .appendTo(box);
    if (shadow.summaries.length === 0) $('<p>').text(swat.text('shadow.nowhere')).appendTo(box);
    shadow.summaries.forEach(function (summary) {
      const key = summary.windows === 0 ? 'shadow.waiting' : 'shadow.summary';
      const words = swat.text(key, {
        // A node without a name as Node-RED's own lists show it.
        name: summary.name || `swat-${kind} (${summary.node.slice(0, 4)}…)`,
        windows: summary.windows,
        agreement: summary.agreement === null ? '–' : swat.number(100 * summary.agreement),
        both: summary.both,
        onlyActive: summary.onlyActive,
        onlyCandidate: summary.onlyCandidate,
        active: summary.alarms.active,
        candidate: summary.alarms.candidate,
        activePerDay: rate(summary.perDay.active),
        candidatePerDay: rate(summary.perDay.candidate),
      });
      $('<p class="swat-shadow-summary">').attr('title', summary.node).text(words).appendTo(box);
    });
    function button(key, action) {
      $('<button type="button" class="red-ui-button red-ui-button-small">')
        .css('margin-right', '6px')
        .text(swat.text(key))
        .on('click', action)
        .appendTo(box);
    }
    button('shadow.arm', function () {
      swat.post(path + '/activate', by({ kind: kind, version: shadow.version }), refresh);
    });
    button('shadow.end', function () {
      swat.post(path + '/shadow', by({ kind: kind, version: '' }), refresh);
    });
  };
})();
