(function () {
  var swat = (window.swat = window.swat || {});

  /** Where learning stands, and what a person should know of it. */
  swat.progressText = function (event) {
    var loss = event.metrics ? event.metrics.validationLoss : event.validationLoss;
    var said = event.event === 'failed' ? [event.text] : [];
    if (['collecting', 'training', 'trained', 'activated', 'cancelled'].indexOf(event.event) >= 0)
      said.push(
        swat.text('progress.' + event.event, {
          collected: event.collected,
          wanted: event.wanted,
          percent: Math.floor(100 * (event.fraction || 0)),
          seconds: Math.ceil(event.secondsLeft || event.seconds || 0),
          threshold: swat.number(event.threshold),
          over: event.leftOut ? event.leftOut.over : 0,
        }),
      );
    if (event.event === 'training' && typeof event.loss === 'number')
      said.push(swat.text('progress.loss', { loss: swat.number(event.loss), unseen: swat.number(loss) || '–' }));
    if (event.fitness)
      said.push(
        swat.text('progress.fitness', {
          fitness: swat.text('fitness.' + event.fitness),
          loss: swat.number(event.metrics.loss),
          unseen: swat.number(loss),
        }),
      );
    if (event.event !== 'failed' && event.text) said.push(event.text);
    if (event.kept) said.push(swat.text('progress.kept', { kept: event.kept }));
    return said.join(' ');
  };
})();
