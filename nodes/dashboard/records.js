import { h } from './render.js';

/**
 * A table whose rows become blocks on a narrow screen, each value with the heading of its column.
 * @param name what is listed, for a screen reader
 * @param heads headings, the first one of what names a row
 * @param rows `{key, class?, title?, cells}`; a cell is what `h` takes as a child, and an empty one is left out of a block
 */
export function records(name, heads, rows) {
  const head = heads.map((each) => h('th', { scope: 'col' }, each));
  const body = rows.map(({ key, cells: [first, ...others], title, ...row }) =>
    h(
      'tr',
      { key, class: row.class },
      h('th', { scope: 'row', title }, first),
      others.map((cell, index) => h('td', { 'data-head': heads[index + 1], class: cell === '' ? 'empty' : '' }, h('span', {}, cell))), // prettier-ignore
    ),
  );
  return h('div', { class: 'scroll records', tabindex: 0, role: 'region', 'aria-label': name }, h('table', {}, h('thead', {}, h('tr', {}, head)), h('tbody', {}, body))); // prettier-ignore
}
