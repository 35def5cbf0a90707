(function () {
  const swat = (window.swat = window.swat || {});

  /** What a table of versions shows of each: keys of `versions.…`. */
  swat.VERSION_COLUMNS = ['created', 'rows', 'threshold', 'fitness', 'origin'];

  /** How well a version has learned; of a kind that has no loss, the false alarms that held-out time lets expect. */
  function fit({ fitness, validationLoss, expected }) {
    if (fitness) return document.createTextNode(`${swat.text('fitness.' + fitness)} · ${swat.number(validationLoss)}`);
    if (!expected) return swat.part('span', '', '–').attr('title', swat.text('versions.noFit'));
    const { perDay, upperPerDay, days } = expected;
    const figures = {
      perDay: swat.number(perDay),
      upper: upperPerDay === null ? '' : swat.number(upperPerDay),
      time: swat.howLong(days * 86400000),
    };
    return swat
      .part('span', '', swat.text('versions.expected', figures))
      .attr('title', swat.text(upperPerDay === null ? 'versions.expectedShort' : 'versions.expectedTip', figures));
  }

  /** The cells of a version, in the order of the columns: elements and texts. */
  swat.versionCells = function (item) {
    const origin = item.origin === 'reference' ? 'versions.shipped' : 'versions.local';
    return [
      item.created ? swat.time(item.created) : item.version,
      item.rows === undefined ? '' : item.rows,
      swat.number(item.threshold),
      item.problem ? '' : fit(item),
      item.problem ? swat.text('versions.problem') : swat.text(origin),
    ];
  };

  /** Puts what a cell holds into it: an element as it is, anything else as text. */
  swat.fillCell = function (cell, held) {
    return typeof held === 'object' ? cell.append(held) : cell.text(held);
  };
})();
