(function () {
  var swat = (window.swat = window.swat || {});

  /** The losses of the fit at work by epoch, as a chart: solid for the windows it learns from, dashed for unseen time. */
  swat.createCurve = function (box) {
    var fit = '';
    var seen = [];
    var unseen = [];
    function escaped(words) {
      return $('<i>').text(words).html();
    }
    function draw(event) {
      var most = Math.max.apply(null, seen.concat(unseen).filter(isFinite)) || 1;
      function line(losses, dash) {
        var points = losses
          .map(function (loss, index) {
            var x = 30 + (260 * index) / Math.max(event.epochs - 1, 1);
            return isFinite(loss) ? x.toFixed(1) + ',' + (78 - (60 * loss) / most).toFixed(1) : '';
          })
          .join(' ');
        var colour = 'stroke="var(--red-ui-text-color-link)" stroke-width="1.5" stroke-dasharray="' + dash + '"';
        return '<polyline fill="none" ' + colour + ' points="' + points.trim() + '"/>';
      }
      function label(x, y, anchor, words) {
        return '<text x="' + x + '" y="' + y + '" text-anchor="' + anchor + '">' + escaped(words) + '</text>';
      }
      var title =
        event.phase === 'fold'
          ? swat.text('curve.fold', { fold: event.fold, folds: event.folds })
          : swat.text('curve.final');
      box.html(
        '<svg viewBox="0 0 300 92" style="width:100%;max-width:480px" font-size="8" fill="var(--red-ui-secondary-text-color)">' +
          '<path d="M30 14V78H292" fill="none" stroke="var(--red-ui-secondary-border-color)"/>' +
          label(30, 9, 'start', swat.text('curve.loss') + ': ' + title) +
          label(27, 21, 'end', swat.number(most)) +
          label(27, 80, 'end', '0') +
          label(30, 88, 'middle', '1') +
          label(160, 88, 'middle', swat.text('curve.epoch')) +
          label(290, 88, 'end', String(event.epochs)) +
          line(seen, 'none') +
          line(unseen, '3 3') +
          '</svg>',
      );
    }
    return {
      clear: function () {
        fit = '';
        box.empty();
      },
      add: function (event) {
        if (typeof event.loss !== 'number' || event.phase === 'calibrate') return;
        if (fit !== event.phase + event.fold) {
          fit = event.phase + event.fold;
          seen = [];
          unseen = [];
        }
        // An epoch that told nothing of itself leaves a gap.
        while (seen.length < event.epoch) {
          seen.push(NaN);
          unseen.push(NaN);
        }
        seen[event.epoch - 1] = event.loss;
        if (typeof event.validationLoss === 'number') unseen[event.epoch - 1] = event.validationLoss;
        draw(event);
      },
    };
  };
})();
