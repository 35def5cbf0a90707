(function () {
  var swat = (window.swat = window.swat || {});

  function row(name, input) {
    var id = 'node-input-' + name;
    input.attr({ id: id, title: swat.text('modes.' + name + '.tip') });
    return $('<div class="form-row">')
      .append(
        $('<label>')
          .attr('for', id)
          .text(swat.text('modes.' + name + '.label')),
        ' ',
        input,
      ) // prettier-ignore
      .toggleClass('swat-modes-row', name !== 'modeType');
  }

  swat.modes = {
    /** Adds to a detector's dialog how operating modes are told, and what is done in each. */
    prepare: function (node) {
      var box = $('<details style="margin-bottom: 12px">').append(
        $('<summary style="cursor: pointer; margin-bottom: 12px">').text(swat.text('modes.heading')),
      );
      var type = $('<select style="width: 70%">');
      ['none', 'msg', 'jsonata', 'tag'].forEach(function (choice) {
        type.append($('<option>').val(choice).text(swat.text('modes.by.' + choice))); // prettier-ignore
      });
      var source = $('<input type="text" style="width: 70%">');
      var table = $('<textarea rows="4" style="width: 70%; font-family: monospace">');
      var other = $('<input type="text" style="width: 70%" placeholder="active">');
      box.append(row('modeType', type), row('modeSource', source), row('modes', table), row('modeOther', other));
      box.append($('<div class="form-tips swat-modes-row">').text(swat.text('modes.hint')));
      $('#dialog-form').append(box);
      type.val(node.modeType || 'none');
      source.val(node.modeSource || '');
      table.val(node.modes || '').attr('placeholder', '2 = active\nbackwash = mute');
      other.val(node.modeOther || '');
      type
        .on('change', function () {
          box.find('.swat-modes-row').toggle(type.val() !== 'none');
        })
        .trigger('change');
      box.prop('open', type.val() !== 'none');
    },
  };
})();
