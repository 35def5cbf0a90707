(function () {
  var swat = (window.swat = window.swat || {});

  /** Settings of a training as they stand in the dialog, for the command `train`. */
  swat.fitSettings = function () {
    var settings = {};
    ['epochs', 'batch', 'hidden', 'trees', 'subsample', 'seed', 'engine'].forEach(function (name) {
      var value = $('#node-input-' + name).val();
      if (value) settings[name] = value;
    });
    Object.assign(settings, swat.settings.read());
    var percent = Number($('#node-input-quantilePercent').val());
    if (percent) settings.quantile = percent / 100;
    settings.falseAlarmsPerDay = Number($('#node-input-falseAlarmsPerDay').val()) || 0;
    return settings;
  };

  /** What the dialogs of the detectors do: the guided path, the versions of the model, and hints as the fields change. */
  window.swatDetector = {
    /** Whether so many windows can train; empty stands for the usual 2000. */
    enough: function (node, value) {
      var windows = Number(value === '' || value === undefined ? 2000 : value);
      return Number.isInteger(windows) && windows >= swat.least(node) && windows <= 50000;
    },
    prepare: function (node, type, kind) {
      var field = $('#node-input-windows');
      function hints() {
        var windows = Number(field.val()) || 2000;
        var stride = swat.strideOf(node);
        var rare = windows < swat.least(node);
        $('#swat-detector-least')
          .text(swat.text('hint.least', { least: swat.least(node) }))
          .css('color', rare ? 'var(--red-ui-text-color-error)' : '');
        field.toggleClass('input-error', !window.swatDetector.enough(node, field.val()));
        $('#swat-detector-hours').text(
          swat.text(stride === 1 ? 'hint.timeEach' : 'hint.time', {
            stride: stride,
            time: swat.duration(windows * stride),
          }) +
            ' ' +
            swat.text('hint.own'),
        );
      }
      swat.settings.prepare(node, kind);
      swat.modes.prepare(node);
      node.swatStride = function () {
        return $('#node-input-stride').val();
      };
      field.on('input change', hints);
      $('#node-input-stride').on('input change', hints);
      hints();
      node.swatGuide = swat.createGuide(node, type, kind);
      node.swatTopic = 'swat/training/' + node.id;
      node.swatListener = function (topic, event) {
        node.swatGuide.hear(event);
      };
      RED.comms.subscribe(node.swatTopic, node.swatListener);
    },
    end: function (node) {
      RED.comms.unsubscribe(node.swatTopic, node.swatListener);
      node.swatGuide.close();
      delete node.swatGuide;
      delete node.swatTopic;
      delete node.swatStride;
      delete node.swatListener;
    },
  };
})();
