(function () {
  const swat = (window.swat = window.swat || {});
  const CELL = 8;
  const SHADES = 5;

  /** The squares of one shade as one path, so that 60 tags are a dozen shapes and not 3600. */
  function squares(matrix) {
    const paths = {};
    matrix.forEach((row, y) =>
      row.forEach((r, x) => {
        if (r === null || x === y) return;
        const shade = Math.round(Math.abs(r) * SHADES);
        if (shade === 0) return;
        const name = (r < 0 ? 'swat-against' : 'swat-with') + ` swat-shade-${shade}`;
        paths[name] = (paths[name] || '') + `M${x * CELL} ${y * CELL}h${CELL}v${CELL}h-${CELL}z`;
      }),
    );
    return Object.entries(paths).map(([name, d]) => ['path', { d, class: name }]);
  }

  /** The strongest pairs, for those who would rather read. */
  function strongest({ tags, matrix, pairs }) {
    if (pairs) return pairs.slice(0, 8);
    const found = [];
    matrix.forEach((row, y) =>
      row.forEach((r, x) => {
        if (x > y && r !== null) found.push([tags[y], tags[x], r]);
      }),
    );
    return found.sort((a, b) => Math.abs(b[2]) - Math.abs(a[2])).slice(0, 8);
  }

  function pair([one, other, r]) {
    return swat.say('chart.pair', { one, other, r: r.toFixed(2) });
  }

  /** Which tags move together: a map to point at, and the strongest pairs in words. */
  swat.correlation = function (correlation) {
    const box = swat.part('div', 'swat-correlation');
    const { tags, matrix } = correlation;
    if (matrix && tags.length > 1) {
      const side = tags.length * CELL;
      const told = swat.part('div', 'swat-told', swat.say('chart.point'));
      const map = swat.drawing(side, side, { class: 'swat-map', title: swat.say('chart.map') }, [
        ['rect', { x: 0, y: 0, width: side, height: side, class: 'swat-ground' }],
        ...squares(matrix),
      ]);
      map.on('mousemove', (event) => {
        const { left, top, width } = map[0].getBoundingClientRect();
        const place = (offset) => Math.floor((offset / width) * tags.length);
        const [x, y] = [place(event.clientX - left), place(event.clientY - top)];
        const r = matrix[y] && matrix[y][x];
        if (typeof r === 'number' && x !== y) told.text(pair([tags[y], tags[x], r]));
      });
      const legend = swat
        .part('div', 'swat-legend')
        .append(
          swat.part('span', 'swat-key swat-key-with'),
          swat.part('span', '', swat.say('chart.with')),
          swat.part('span', 'swat-key swat-key-against'),
          swat.part('span', '', swat.say('chart.against')),
        );
      box.append(map, legend, told);
    }
    const list = swat.part('ul', 'swat-pairs');
    for (const each of strongest(correlation)) list.append(swat.part('li', '', pair(each)));
    return box.append(list);
  };
})();
