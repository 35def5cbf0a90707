(function () {
  var swat = (window.swat = window.swat || {});

  /** The nodes whose messages reach a node: by a wire, or by a link from another place of the flow. */
  function before(node) {
    var sources = RED.nodes.filterLinks({ target: node }).map(function (link) {
      return link.source;
    });
    if (node.type === 'link in') {
      RED.nodes.eachNode(function (other) {
        var leads = (other.links || []).indexOf(node.id) >= 0 || (node.links || []).indexOf(other.id) >= 0;
        if (other.type === 'link out' && leads) sources.push(other);
      });
    }
    return sources;
  }

  /** The largest number of a list with commas. */
  function longestOf(list) {
    return (
      Math.max.apply(
        null,
        String(list === undefined ? '' : list)
          .split(',')
          .map(Number),
      ) || 60
    );
  }

  /** Samples in the longest window of a node, raw samples included: by time, as many as frame periods. */
  function samplesOf(window) {
    var lags = Number(window.lags) || 0;
    if (window.by !== 'time') return Math.max(longestOf(window.length), lags);
    return Math.max(Math.round(longestOf(window.span) / (Number(window.period) || 1)), lags);
  }

  /** Samples in the longest window that reaches a node; the usual 60 where none does. */
  swat.windowLength = function (node) {
    var done = {};
    var queue = [node];
    var longest = 0;
    while (queue.length > 0) {
      var target = queue.pop();
      if (done[target.id]) continue;
      done[target.id] = true;
      before(target).forEach(function (source) {
        if (source.type === 'swat-window') longest = Math.max(longest, samplesOf(source));
        else queue.push(source);
      });
    }
    return longest || 60;
  };

  swat.strideOf = function (node) {
    return Number(node.swatStride ? node.swatStride() : node.stride) || 10;
  };

  /** Fewest windows that can train: 200, or two window lengths between the windows learned, for each of five folds. */
  swat.least = function (node) {
    return Math.max(200, 10 * Math.ceil(swat.windowLength(node) / swat.strideOf(node)));
  };

  /** How long collecting takes, in minutes below two hours. */
  swat.duration = function (seconds) {
    if (seconds < 7200) return swat.text('hint.minutes', { minutes: Math.max(1, Math.round(seconds / 60)) });
    return swat.text('hint.hours', { hours: Number((seconds / 3600).toPrecision(2)) });
  };
})();
