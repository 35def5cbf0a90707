(function () {
  const swat = (window.swat = window.swat || {});

  function button(icon, name, action) {
    return $('<button type="button" class="red-ui-button red-ui-button-small">')
      .css('margin', '0 4px 4px 0')
      .attr('title', swat.text('versions.' + name + 'Tip'))
      .append(
        $('<i aria-hidden="true">').addClass('fa fa-' + icon),
        ' ',
        document.createTextNode(swat.text('versions.' + name)),
      ) // prettier-ignore
      .on('click', action);
  }

  /** Asks before a version is deleted for good, and where it runs in shadow, says that this ends too. */
  function confirmDelete(item, action) {
    const [question, answer] = item.shadow ? ['confirmShadow', 'deleteShadow'] : ['confirm', 'delete'];
    const notice = RED.notify(
      $('<span>')
        .text(swat.text('versions.' + question, { version: item.version }))
        .html(),
      {
        modal: true,
        fixed: true,
        type: 'warning',
        buttons: [
          {
            text: swat.text('versions.keep'),
            click: function () {
              notice.close();
            },
          },
          {
            text: swat.text('versions.' + answer),
            class: 'primary',
            click: function () {
              notice.close();
              action();
            },
          },
        ],
      },
    );
  }

  /** The versions of one kind, with what can be done with each. */
  function section(panel, kind, list) {
    const area = $('<div>').css('margin-bottom', '12px').attr('data-kind', kind).appendTo(panel.box);
    $('<h5>')
      .text(swat.text('kind.' + kind))
      .appendTo(area);
    if (list.length === 0) {
      $('<div class="form-tips">').text(swat.text('versions.none')).appendTo(area);
      return;
    }
    const table = $('<table>').css({ width: '100%', fontSize: '0.95em' });
    const head = $('<tr>').appendTo(table);
    swat.VERSION_COLUMNS.forEach(function (column) {
      $('<th>')
        .css({ textAlign: 'left', paddingRight: '8px' })
        .text(swat.text('versions.' + column))
        .appendTo(head);
    });
    head.append('<th>');
    const below = $('<div class="swat-compare">').css('margin-top', '6px');
    const shadowBox = $('<div class="swat-shadow">').css('margin-top', '6px');
    function change(action, body) {
      swat.post(panel.path + '/' + action, panel.by($.extend({ kind: kind }, body)), panel.refresh);
    }
    list.slice(0, 50).forEach(function (item) {
      const row = $('<tbody>').attr({ title: item.version, 'data-version': item.version }).appendTo(table);
      const line = $('<tr>').css('border-top', '1px solid var(--red-ui-secondary-border-color)').appendTo(row);
      swat.versionCells(item).forEach(function (held) {
        line.append(swat.fillCell($('<td>').css('padding', '3px 8px 3px 0'), held));
      });
      const standing = $('<td>').css({ textAlign: 'right', whiteSpace: 'nowrap' }).appendTo(line);
      if (item.active) standing.append($('<b>').text(swat.text('versions.active')));
      else if (item.shadow) standing.append($('<i>').text(swat.text('versions.shadow')));
      const last = $('<td>').attr('colspan', swat.VERSION_COLUMNS.length + 1);
      row.append($('<tr>').append(last));
      if (!item.active && !item.problem) {
        last.append(
          button('check', 'activate', function () {
            change('activate', { version: item.version });
          }),
        );
        if (!item.shadow)
          last.append(
            button('eye', 'beside', function () {
              change('shadow', { version: item.version });
            }),
          );
        last.append(
          button('columns', 'compare', function () {
            const query = $.param({ kind: kind, b: item.version });
            $.getJSON(panel.path + '/compare?' + query)
              .done(function (compared) {
                swat.compareView(below, compared);
              })
              .fail(swat.notify);
          }),
        );
      }
      if (!item.problem)
        last.append(
          button('download', 'export', function () {
            swat.exportVersion(panel.path, kind, item.version);
          }),
        );
      if (!item.active && item.origin !== 'reference')
        last.append(
          button('trash-o', 'delete', function () {
            confirmDelete(item, function () {
              function remove() {
                change('delete', { version: item.version });
              }
              if (item.shadow) swat.post(panel.path + '/shadow', panel.by({ kind: kind, version: '' }), remove);
              else remove();
            });
          }),
        );
    });
    area.append($('<div>').css({ maxHeight: '240px', overflowY: 'auto' }).append(table));
    $('<button type="button" class="red-ui-button red-ui-button-small">')
      .css('margin-top', '6px')
      .text(swat.text('versions.rollback'))
      .prop('disabled', !swat.hasPrevious(list))
      .attr('title', swat.text(swat.hasPrevious(list) ? 'versions.rollbackTip' : 'versions.rollbackNone'))
      .on('click', function () {
        change('rollback', {});
      })
      .appendTo(area);
    area.append(shadowBox, below);
    $.getJSON(panel.path + '/shadow?' + $.param({ kind: kind })).done(function (shadow) {
      swat.shadowView(shadowBox, panel.path, kind, shadow, panel.refresh, panel.by);
    });
  }

  /** Everything that a person does with the versions of a model: in the dialog of the model. */
  swat.modelPanel = function (outer, modelId, kinds) {
    const path = 'swat-model/' + modelId;
    outer.empty();
    if (!RED.nodes.node(modelId)) {
      $('<div class="form-tips">').text(swat.text('versions.deploy')).appendTo(outer);
      return;
    }
    const box = $('<div>').appendTo(outer);
    const reason = $('<input type="text" id="swat-model-reason" maxlength="1000">').css('width', '60%');
    const file = $('<input type="file" multiple id="swat-model-file">').hide();
    // It scrolls, by keyboard too.
    const history = $('<div class="swat-history">')
      .attr({ tabindex: 0, role: 'region', 'aria-label': swat.text('history.title') })
      .css({ maxHeight: '220px', overflowY: 'auto' });
    const panel = {
      box: box,
      path: path,
      by: function (body) {
        return $.extend({ reason: reason.val() }, body);
      },
      refresh: function () {
        // A reason is of one deed: it must not stand beside the next one too.
        reason.val('');
        $.getJSON(path + '/versions')
          .done(function (lists) {
            box.empty();
            const known = kinds.filter(function (kind) {
              return lists[kind] && lists[kind].length > 0;
            });
            // Without any version each kind says so; else those that have one are shown.
            (known.length > 0 ? known : kinds).forEach(function (kind) {
              section(panel, kind, lists[kind] || []);
            });
            swat.historyView(history, path);
          })
          .fail(function () {
            box.empty().append($('<div class="form-tips">').text(swat.text('versions.deploy')));
          });
      },
    };
    file.on('change', function () {
      swat.importFiles(path, this.files, reason.val(), panel.refresh);
      file.val('');
    });
    $('<div class="form-row">')
      .append($('<label for="swat-model-reason">').text(swat.text('history.reason')), reason)
      .attr('title', swat.text('history.reasonTip'))
      .appendTo(outer);
    $('<div class="form-row">')
      .append(
        file,
        $('<button type="button" class="red-ui-button" id="swat-model-import">')
          .append($('<i class="fa fa-upload">'), ' ', $('<span>').text(swat.text('transfer.import')))
          .attr('title', swat.text('transfer.importTip'))
          .on('click', function () {
            file.trigger('click');
          }),
      )
      .appendTo(outer);
    outer.append($('<h4>').text(swat.text('history.title')), history);
    panel.refresh();
  };
})();
