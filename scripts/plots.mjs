// Small plots, both axes logarithmic, as one SVG: what bench/results/growth.json says of how costs grow.
const [ACROSS, WIDTH, HEIGHT] = [2, 360, 230];
const BOX = { left: 56, right: 18, top: 40, bottom: 42 };
const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const shown = (value) => Number(value.toPrecision(2)).toLocaleString('en-US');

/** @param {readonly {title: string, of: string, unit: string, points: {size: number, value: number}[], exponent: number}[]} growths */
export function plots(growths) {
  const rows = Math.ceil(growths.length / ACROSS);
  const inner = growths.map((growth, index) => {
    const [x, y] = [(index % ACROSS) * WIDTH, Math.floor(index / ACROSS) * HEIGHT];
    return `<g transform="translate(${x} ${y})">${plot(growth)}</g>`;
  });
  const size = `width="${ACROSS * WIDTH}" height="${rows * HEIGHT}" viewBox="0 0 ${ACROSS * WIDTH} ${rows * HEIGHT}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11" role="img">`,
    '<title>How costs grow: each with its size, both axes logarithmic</title>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...inner,
    '</svg>',
    '',
  ].join('\n');
}

function plot({ title, of, unit, points, exponent }) {
  const [sizes, values] = [points.map(({ size }) => size), points.map(({ value }) => value)];
  // At least a decade high, so that noise on a flat line looks as small as it is.
  const middle = Math.sqrt(Math.max(...values) * Math.min(...values));
  const low = Math.min(Math.min(...values) / 1.3, middle / 3.2);
  const high = Math.max(Math.max(...values) * 1.3, middle * 3.2);
  const x = scale(sizes[0], sizes.at(-1), BOX.left, WIDTH - BOX.right);
  const y = scale(low, high, HEIGHT - BOX.bottom, BOX.top);
  const at = points.map(({ size, value }) => `${x(size)},${y(value)}`);
  const label = (px, py, text, anchor, more = '') =>
    `<text x="${px}" y="${py}" text-anchor="${anchor}" ${more}>${escape(text)}</text>`;
  return [
    label(BOX.left, 18, title, 'start', 'font-weight="bold"'),
    label(BOX.left, 32, `${unit}; grows as ${of}, to the power ${exponent.toFixed(2)}`, 'start', 'fill="#555"'),
    `<path d="M${BOX.left} ${BOX.top}V${HEIGHT - BOX.bottom}H${WIDTH - BOX.right}" fill="none" stroke="#999"/>`,
    ...decades(low, high).map(
      (value) =>
        `<path d="M${BOX.left} ${y(value)}H${WIDTH - BOX.right}" stroke="#e4e4e4"/>${label(BOX.left - 5, y(value) + 4, shown(value), 'end')}`,
    ),
    ...sizes.map((size) => label(x(size), HEIGHT - BOX.bottom + 15, size.toLocaleString('en-US'), 'middle')),
    label((BOX.left + WIDTH - BOX.right) / 2, HEIGHT - BOX.bottom + 31, of, 'middle', 'fill="#555"'),
    `<polyline points="${at.join(' ')}" fill="none" stroke="#2166ac" stroke-width="1.5"/>`,
    ...points.map(
      ({ size, value }) =>
        `<circle cx="${x(size)}" cy="${y(value)}" r="3" fill="#2166ac"><title>${size}: ${shown(value)} ${unit}</title></circle>`,
    ),
  ].join('\n');
}

function scale(from, to, low, high) {
  const span = Math.log(to) - Math.log(from) || 1;
  return (value) => Number((low + ((Math.log(value) - Math.log(from)) / span) * (high - low)).toFixed(1));
}

/** 1, 2 and 5 of each decade between two values. */
function decades(low, high) {
  const marks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1)
    for (const step of [1, 2, 5]) {
      const value = Number((step * 10 ** power).toPrecision(1));
      if (value >= low && value <= high) marks.push(value);
    }
  return marks;
}
