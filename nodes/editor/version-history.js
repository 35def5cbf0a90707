(function () {
  const swat = (window.swat = window.swat || {});

  /** What was done with the versions, by whom, when and why: newest first. */
  swat.historyView = function (box, path) {
    $.getJSON(path + '/history?limit=50')
      .done(function (history) {
        box.empty();
        if (history.damaged > 0)
          $('<div class="form-tips">')
            .text(swat.text('history.damaged', { count: history.damaged }))
            .appendTo(box);
        if (history.entries.length === 0) $('<p>').text(swat.text('history.none')).appendTo(box);
        const table = $('<table>').css({ width: '100%', fontSize: '0.95em' }).appendTo(box);
        history.entries.forEach(function (entry) {
          const line = $('<tr>').css('border-top', '1px solid var(--red-ui-secondary-border-color)').appendTo(table);
          [
            swat.time(Date.parse(entry.at)),
            swat.text('history.action.' + entry.action) + (entry.kind ? ' · ' + swat.text('kind.' + entry.kind) : ''),
            entry.version || '',
            entry.user || '–',
            [entry.reason, entry.details && entry.details.automatic && swat.text('history.automatic')]
              .filter(Boolean)
              .join(' · '),
          ].forEach(function (held) {
            line.append(swat.fillCell($('<td>').css({ padding: '3px 8px 3px 0', verticalAlign: 'top' }), held));
          });
        });
      })
      .fail(swat.notify);
  };
})();
