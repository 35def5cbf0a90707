(function () {
  var swat = (window.swat = window.swat || {});

  // The settings that the detectors share, in the order of the dialog. `percent`: the field is in per cent of the setting.
  var FIELDS = [
    { name: 'variancePercent', setting: 'variance', percent: true, kinds: ['pca'], min: 50, max: 99.99, usual: 95 },
    {
      name: 'views',
      setting: 'views',
      kinds: ['pca'],
      choices: ['several', 'separate', 'together'],
      usual: 'several',
    },
    { name: 'tail', setting: 'tail', kinds: ['pca'], choices: ['robust', 'observed'], usual: 'robust' },
    { name: 'topK', setting: 'topK', kinds: ['autoencoder', 'pca'], min: 1, max: 1000, usual: 3 },
    { name: 'scaleFloor', setting: 'scaleFloor', kinds: ['autoencoder', 'pca'], min: 0.001, max: 10, usual: 0.3 },
    {
      name: 'scaleTailPercent',
      setting: 'scaleTail',
      percent: true,
      kinds: ['pca'],
      min: 50,
      max: 99.99,
      usual: 99.8,
    },
    { name: 'smoothing', setting: 'smoothing', min: 0.001, max: 1, usual: 1, pca: 0.3 },
    { name: 'smoothingFall', setting: 'smoothingFall', min: 0, max: 1, usual: 0, pca: 0.4 },
    { name: 'baselineSamples', setting: 'baselineSamples', min: 0, max: 10000000, usual: 0, pca: 720 },
    { name: 'baselineTravel', setting: 'baselineTravel', min: 0, max: 50, usual: 30 },
    { name: 'folds', setting: 'folds', min: 2, max: 20, usual: 5, pca: 4 },
  ];

  function fieldOf(name) {
    return $('#node-input-' + name);
  }

  function usualOf(field, kind) {
    return field[kind] === undefined ? field.usual : field[kind];
  }

  /** One row of the dialog: label, field, unit, and what it does as its tooltip. */
  function rowOf(field, value) {
    var id = 'node-input-' + field.name;
    var input = field.choices
      ? $('<select>').css('width', '70%')
      : $('<input type="number" step="any">').css('width', '100px');
    (field.choices || []).forEach(function (choice) {
      input.append(
        $('<option>')
          .val(choice)
          .text(swat.text(field.name + '.' + choice)),
      );
    });
    if (!field.choices) input.attr({ min: field.min, max: field.max });
    input.attr({ id: id, title: swat.text('setting.' + field.name + '.tip') }).val(value);
    return $('<div class="form-row">')
      .append(
        $('<label>')
          .attr('for', id)
          .text(swat.text('setting.' + field.name + '.label')),
        ' ',
        input,
        ' ',
      )
      .append($('<span>').text(field.choices ? '' : swat.text('setting.' + field.name + '.unit')));
  }

  /** Fills a select with the presets: choosing one fills the fields, which are then as free as before. */
  function presets(select, part, values, after) {
    $.getJSON('swat-model/presets').done(function (known) {
      function same(fields) {
        return Object.keys(fields).every(function (name) {
          return fieldOf(name).length === 0 || String(values(name)) === String(fields[name]);
        });
      }
      function show() {
        var name = Object.keys(known).filter(function (each) {
          return same(known[each][part]);
        })[0];
        select.val(name || '');
      }
      select.empty().append($('<option value="">').text(swat.text('preset.own')));
      Object.keys(known).forEach(function (name) {
        select.append(
          $('<option>')
            .val(name)
            .text(swat.text('preset.' + name)),
        );
      });
      select.on('change', function () {
        var fields = (known[select.val()] || {})[part] || {};
        Object.keys(fields).forEach(function (name) {
          if (fieldOf(name).length > 0) fieldOf(name).val(fields[name]).trigger('change');
        });
        if (after) after();
      });
      show();
      select.closest('form, .red-ui-editor, body').on('input change', 'input, select', function (event) {
        if (event.target !== select[0]) show();
      });
    });
  }

  function presetRow(label, select) {
    return $('<div class="form-row">').append(
      $('<label for="swat-preset">').css('width', label).text(swat.text('preset.label')),
      ' ',
      $('<select id="swat-preset">').css('width', select).attr('title', swat.text('preset.tip')),
    );
  }

  /** What the dialogs of detectors and of the window have in common: presets, and the settings of a training. */
  swat.settings = {
    /** Puts preset and settings into a detector's dialog. A node that was saved before has the usual ones. */
    prepare: function (node, kind) {
      var box = $('#swat-detector-settings').empty();
      FIELDS.filter(function (field) {
        return !field.kinds || field.kinds.indexOf(kind) >= 0;
      }).forEach(function (field) {
        var value = node[field.name];
        var before = node.smoothing === undefined ? field.usual : usualOf(field, kind);
        box.append(rowOf(field, value === undefined || value === '' ? before : value));
      });
      $('#swat-detector-preset').empty().append(presetRow('', '70%'));
      presets($('#swat-preset'), kind, function (name) {
        return fieldOf(name).val();
      });
    },
    /** Puts the presets of the window into its dialog. */
    prepareWindow: function () {
      $('#swat-window-preset').empty().append(presetRow('140px', 'calc(100% - 145px)'));
      presets($('#swat-preset'), 'window', function (name) {
        return String(fieldOf(name).val()).replace(/\s*,\s*/g, ', ');
      });
    },
    /** The settings of a training as they stand in the dialog, for the command `train`. */
    read: function () {
      var settings = {};
      FIELDS.forEach(function (field) {
        var value = fieldOf(field.name).val();
        if (value === undefined || value === '') return;
        settings[field.setting] = field.percent ? Number(value) / 100 : value;
      });
      return settings;
    },
  };
})();
