(function () {
  const swat = (window.swat = window.swat || {});
  const SVG = 'http://www.w3.org/2000/svg';

  function shape([tag, attributes, text]) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /**
   * A drawing of so many units: shapes are `[tag, attributes, text]`. A `title` among the attributes is what a screen
   * reader says of it.
   */
  swat.drawing = function (width, height, attributes, shapes) {
    const { title, ...others } = attributes;
    const made = shape(['svg', { viewBox: `0 0 ${width} ${height}`, width, height, ...others }]);
    if (title !== undefined) {
      made.setAttribute('role', 'img');
      made.setAttribute('aria-label', title);
    }
    for (const each of shapes) made.appendChild(shape(each));
    return $(made);
  };

  /** The points of a line, as a path that leaves out what is no number. */
  swat.path = function (xs, ys) {
    let pen = 'M';
    let drawn = '';
    ys.forEach((y, index) => {
      if (y === null || y === undefined || !isFinite(y)) {
        pen = 'M';
        return;
      }
      drawn += `${pen}${xs[index].toFixed(1)} ${y.toFixed(1)}`;
      // A point between two gaps is a dot.
      if (pen === 'M') drawn += 'h0.01';
      pen = 'L';
    });
    return drawn;
  };

  /** A function from values to places in a picture; values without a spread stand in the middle. */
  swat.scale = function (from, to, first, last) {
    if (!(to > from)) return () => (first + last) / 2;
    return (value) => first + ((last - first) * (value - from)) / (to - from);
  };
})();
