(function () {
  var swat = (window.swat = window.swat || {});

  /** Whether there is a version to roll back to. */
  swat.hasPrevious = function (list) {
    return list.some(function (item) {
      return item.previous && !item.problem;
    });
  };

  /**
   * Fills a box with the versions of a model: which is active, and a button to activate each other one. `why` gives the
   * reason for the audit trail.
   */
  swat.versions = function (box, modelId, kinds, why) {
    function refresh() {
      swat.versions(box, modelId, kinds, why);
    }
    function change(path, body) {
      swat.post('swat-model/' + modelId + path, $.extend({ reason: why ? why() : '' }, body), refresh);
    }
    function row(kind, item) {
      var line = $('<tr>').css('border-top', '1px solid var(--red-ui-secondary-border-color)');
      swat.versionCells(item).forEach(function (held) {
        line.append(swat.fillCell($('<td>').css('padding', '3px 8px 3px 0'), held));
      });
      var last = $('<td>').css('text-align', 'right').appendTo(line);
      if (item.shadow) last.append($('<i>').text(swat.text('versions.shadow') + ' '));
      if (item.active) last.append($('<b>').text(swat.text('versions.active')));
      else if (!item.problem) {
        $('<button type="button" class="red-ui-button red-ui-button-small">')
          .text(swat.text('versions.activate'))
          .on('click', function () {
            change('/activate', { kind: kind, version: item.version });
          })
          .appendTo(last);
      }
      line.attr('title', item.version);
      return line;
    }

    box.empty();
    if (!modelId || modelId === '_ADD_') return;
    if (!RED.nodes.node(modelId)) {
      $('<div class="form-tips">').text(swat.text('versions.deploy')).appendTo(box);
      return;
    }
    $.getJSON('swat-model/' + modelId + '/versions')
      .done(function (lists) {
        box.empty();
        kinds.forEach(function (kind) {
          var list = lists[kind] || [];
          if (kinds.length > 1)
            $('<h5>')
              .text(swat.text('kind.' + kind))
              .appendTo(box);
          if (list.length === 0) {
            $('<div class="form-tips">').text(swat.text('versions.none')).appendTo(box);
            return;
          }
          var table = $('<table>').css({ width: '100%', fontSize: '0.95em' });
          var head = $('<tr>').appendTo(table);
          swat.VERSION_COLUMNS.forEach(function (column) {
            head.append(
              $('<th>')
                .css({ textAlign: 'left', paddingRight: '8px' })
                .text(swat.text('versions.' + column)),
            );
          });
          head.append('<th>');
          list.slice(0, 20).forEach(function (item) {
            table.append(row(kind, item));
          });
          box.append($('<div>').css({ maxHeight: '180px', overflowY: 'auto' }).append(table));
          $('<button type="button" class="red-ui-button red-ui-button-small">')
            .css('margin', '6px 0 12px')
            .text(swat.text('versions.rollback'))
            .prop('disabled', !swat.hasPrevious(list))
            .attr('title', swat.text(swat.hasPrevious(list) ? 'versions.rollbackTip' : 'versions.rollbackNone'))
            .on('click', function () {
              change('/rollback', { kind: kind });
            })
            .appendTo(box);
        });
      })
      .fail(function () {
        box.empty().append($('<div class="form-tips">').text(swat.text('versions.deploy')));
      });
  };
})();
