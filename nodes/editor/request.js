(function () {
  var swat = (window.swat = window.swat || {});

  swat.text = function (key, params) {
    return RED._('@secure-water/node-red-contrib-swat/swat-model:swat-model.' + key, params);
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
