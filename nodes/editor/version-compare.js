(function () {
  const swat = (window.swat = window.swat || {});
  const COLOURS = ['var(--red-ui-text-color-link)', 'var(--red-ui-text-color-warning, #b8860b)'];

  /** Figures and settings that have a name of their own; any other is shown as it is saved. */
  const NAMED = ['features', 'constantFeatures', 'loss', 'validationLoss', 'inSampleMedian', 'outOfFoldMedian', 'hidden', 'epochs', 'batch', 'learningRate', 'folds', 'quantile', 'topK', 'scaleFloor', 'scaleTail', 'smoothing', 'smoothingFall', 'baselineSamples', 'baselineTravel', 'trees', 'subsample', 'variance', 'views', 'tail', 'engine', 'seed']; // prettier-ignore
  /** These stand in other lines already, or follow from them. */
  const SAID = ['threshold', 'calibrationSamples', 'inSampleShare'];

  function nameOf(name) {
    return NAMED.indexOf(name) >= 0 ? swat.text('compare.name.' + name) : name;
  }

  /** When a version learned: the shipped one did so from many runs that all begin at the same moment. */
  function learned(facts) {
    if (facts.origin === 'reference') return swat.text('compare.runs');
    return $('<span>').append(swat.time(facts.from), ' – ', swat.time(facts.to));
  }

  function cell(value) {
    if (value === null || value === undefined) return '–';
    if (typeof value === 'string' && /^\[[\d,.]*\]$/.test(value)) return JSON.parse(value).join(', ');
    return typeof value === 'number' && !Number.isInteger(value) ? swat.number(value) : String(value);
  }

  /** The ratios of both versions on the same windows, over time, with the threshold at 1. */
  function picture(series) {
    const most = Math.max(1.5, ...series.a, ...series.b);
    const span = Math.max(series.time[series.time.length - 1] - series.time[0], 1);
    function x(at) {
      return 30 + (260 * (series.time[at] - series.time[0])) / span;
    }
    function y(ratio) {
      return 78 - (62 * ratio) / most;
    }
    function line(ratios, index) {
      const points = ratios.map(function (ratio, at) {
        return x(at).toFixed(1) + ',' + y(ratio).toFixed(1);
      });
      const dash = index === 0 ? '' : ' stroke-dasharray="4 2"';
      return (
        '<polyline fill="none" stroke="' +
        COLOURS[index] +
        '" stroke-width="1.3"' +
        dash +
        ' points="' +
        points.join(' ') +
        '"/>'
      );
    }
    function label(left, top, anchor, words) {
      return (
        '<text x="' + left + '" y="' + top + '" text-anchor="' + anchor + '">' + $('<i>').text(words).html() + '</text>'
      );
    }
    return (
      '<svg viewBox="0 0 300 92" style="width:100%;max-width:560px" font-size="8" fill="var(--red-ui-secondary-text-color)">' +
      '<path d="M30 14V78H292" fill="none" stroke="var(--red-ui-secondary-border-color)"/>' +
      '<path d="M30 ' +
      y(1).toFixed(1) +
      'H292" fill="none" stroke="var(--red-ui-text-color-error)" stroke-dasharray="2 2"/>' +
      label(30, 9, 'start', swat.text('compare.ratio')) +
      label(27, y(1) + 3, 'end', '1') +
      label(27, 80, 'end', '0') +
      label(30, 89, 'start', swat.instant(series.time[0])) +
      label(292, 89, 'end', swat.instant(series.time[series.time.length - 1])) +
      line(series.a, 0) +
      line(series.b, 1) +
      '</svg>'
    );
  }

  /** A table of three columns: what, of the first version, of the second. */
  function table(rows) {
    const body = $('<table>').css({ width: '100%', fontSize: '0.95em', margin: '4px 0 8px' });
    rows.forEach(function (row, at) {
      const line = $('<tr>').css('border-top', at === 0 ? '' : '1px solid var(--red-ui-secondary-border-color)');
      row.forEach(function (held, column) {
        const cell = $(at === 0 ? '<th>' : '<td>');
        cell.css({ textAlign: 'left', padding: '2px 8px 2px 0', width: column === 0 ? '34%' : '33%' });
        line.append(swat.fillCell(cell, held));
      });
      body.append(line);
    });
    return body;
  }

  function overlapText(overlap) {
    if (typeof overlap === 'string') return swat.text('compare.' + overlap);
    return swat.text('compare.overlap', {
      windows: overlap.windows,
      from: swat.instant(overlap.from),
      to: swat.instant(overlap.to),
      agreement: swat.number(100 * overlap.agreement),
      both: overlap.both,
      onlyA: overlap.onlyA,
      onlyB: overlap.onlyB,
    });
  }

  /** Shows two versions side by side: a is the active one, b the other. */
  swat.compareView = function (box, compared) {
    const a = compared.a;
    const b = compared.b;
    box.empty();
    $('<h5>').text(swat.text('compare.title')).appendTo(box);
    const facts = [
      ['', swat.text('compare.active') + ' ' + a.version, swat.text('compare.other') + ' ' + b.version],
      [swat.text('versions.created'), swat.time(a.created), swat.time(b.created)],
      [swat.text('compare.learned'), learned(a), learned(b)],
      [swat.text('versions.rows'), cell(a.rows), cell(b.rows)],
      [swat.text('versions.threshold'), cell(a.threshold), cell(b.threshold)],
    ];
    compared.metrics.concat(compared.settings).forEach(function (difference) {
      if (SAID.indexOf(difference.name) < 0)
        facts.push([nameOf(difference.name), cell(difference.a), cell(difference.b)]);
    });
    box.append(table(facts));
    const added = compared.tags.added;
    const missing = compared.tags.missing;
    const tags = added.length + missing.length === 0 ? 'compare.sameTags' : 'compare.tags';
    $('<p>')
      .text(swat.text(tags, { added: added.join(', ') || '–', missing: missing.join(', ') || '–' }))
      .appendTo(box);
    $('<p class="swat-overlap">').text(overlapText(compared.overlap)).appendTo(box);
    if (typeof compared.overlap === 'object') {
      box.append(picture(compared.overlap.series));
      const legend = $('<div>').css('font-size', '0.9em').appendTo(box);
      ['compare.active', 'compare.other'].forEach(function (key, at) {
        const stroke = { borderTop: `2px ${at === 0 ? 'solid' : 'dashed'} ${COLOURS[at]}`, display: 'inline-block' };
        $('<span>')
          .css({ ...stroke, width: '16px', marginRight: '5px', verticalAlign: 'middle' })
          .appendTo(legend);
        $('<span>').css('marginRight', '16px').text(swat.text(key)).appendTo(legend);
      });
    }
    $('<button type="button" class="red-ui-button red-ui-button-small">')
      .text(swat.text('compare.close'))
      .on('click', function () {
        box.empty();
      })
      .appendTo(box);
  };
})();
