(function () {
  var swat = (window.swat = window.swat || {});

  swat.text = function (key, params) {
    return RED._('@secure-water/node-red-contrib-swat/swat-model:swat-model.' + key, params);
  };

  /** What dialogs, dashboards and reports call an alarm's `state` or `priority` alike. */
  swat.alarmWord = function (kind, which) {
    return RED._('@secure-water/node-red-contrib-swat/swat-plant:alarm.' + kind + '.' + which);
  };

  swat.notify = function (request) {
    var said = request.responseJSON && request.responseJSON.error;
    RED.notify(said || swat.text('message.failed'), 'error');
  };

  swat.post = function (path, body, done) {
    $.ajax({ url: path, method: 'POST', contentType: 'application/json', data: JSON.stringify(body) })
      .done(done)
      .fail(swat.notify);
  };

  swat.number = function (value) {
    return typeof value === 'number' ? String(Number(value.toPrecision(3))) : '';
  };
})();
