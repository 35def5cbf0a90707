(function () {
  var swat = (window.swat = window.swat || {});

  /** Settings of a training as they stand in the dialog, for the command `train`. */
  function fitSettings() {
    var settings = {};
    ['epochs', 'batch', 'hidden', 'trees', 'subsample', 'seed'].forEach(function (name) {
      var value = $('#node-input-' + name).val();
      if (value) settings[name] = value;
    });
    Object.assign(settings, swat.settings.read());
    var percent = Number($('#node-input-quantilePercent').val());
    if (percent) settings.quantile = percent / 100;
    return settings;
  }

  /** What both detector dialogs do: the model's versions, the buttons to learn, the live progress. */
  window.swatDetector = {
    /** Whether so many windows can train; empty stands for the usual 2000. */
    enough: function (node, value) {
      var windows = Number(value === '' || value === undefined ? 2000 : value);
      return Number.isInteger(windows) && windows >= swat.least(node) && windows <= 50000;
    },
    prepare: function (node, type, kind) {
      var table = $('#swat-detector-versions');
      var state = $('#swat-detector-progress');
      var field = $('#node-input-windows');
      var curve = swat.createCurve($('#swat-detector-curve'));
      function refresh() {
        swat.versions(table, $('#node-input-model').val(), [kind]);
      }
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
      function command(body, done) {
        swat.post(type + '/' + node.id + '/command', body, done || function () {});
      }
      swat.settings.prepare(node, kind);
      swat.modes.prepare(node);
      node.swatStride = function () {
        return $('#node-input-stride').val();
      };
      $('#node-input-model').on('change', refresh);
      field.on('input change', hints);
      $('#node-input-stride').on('input change', hints);
      hints();
      refresh();
      node.swatTopic = 'swat/training/' + node.id;
      node.swatListener = function (topic, event) {
        state.text(swat.progressText(event));
        if (event.event === 'collecting') curve.clear();
        if (event.event === 'training') curve.add(event);
        if (event.event === 'trained' || event.event === 'activated') refresh();
      };
      RED.comms.subscribe(node.swatTopic, node.swatListener);
      $('#swat-detector-collect').on('click', function () {
        if (!window.swatDetector.enough(node, field.val())) {
          RED.notify(swat.text('hint.least', { least: swat.least(node) }), 'error');
          return;
        }
        var leaveOut = $('#node-input-leaveOut').is(':checked');
        var windows = Number(field.val()) || undefined;
        var body = {
          command: 'collect',
          windows: windows,
          stride: swat.strideOf(node),
          leaveOut: leaveOut,
          train: true,
        };
        command(body, function () {
          state.text(swat.text('progress.started'));
        });
      });
      $('#swat-detector-train').on('click', function () {
        command($.extend({ command: 'train' }, fitSettings()));
      });
      $('#swat-detector-stop').on('click', function () {
        command({ command: 'stop' });
      });
    },
    end: function (node) {
      RED.comms.unsubscribe(node.swatTopic, node.swatListener);
      delete node.swatTopic;
      delete node.swatStride;
      delete node.swatListener;
    },
  };
})();
