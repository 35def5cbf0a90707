const SVG = 'http://www.w3.org/2000/svg';
/** What is set as a property, as the attribute of that name is only where it begins. */
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'selected']);

/** What was drawn into a place, by that place. */
const drawn = new WeakMap();
/** The handlers of a node, by event. */
const handlers = new WeakMap();

/**
 * One element of a view. Children are elements, texts, numbers, or nested lists of them; `null`, `undefined` and `false` are left
 * out. `key` among the properties tells siblings apart that come and go; `onclick` and the like are handlers; all others are
 * attributes: `true` is one without a value, `false`, `null` and `undefined` are none.
 */
export function h(tag, properties, ...children) {
  const { key, ...others } = properties ?? {};
  return { tag, key, properties: others, children: children.flat(Infinity).filter(isShown) };
}

/** Draws a view into a place: what is there already stays, so that focus, selection and scrolling stay too. */
export function render(place, ...views) {
  fill(place, views.flat(Infinity).filter(isShown));
}

function isShown(view) {
  return view !== null && view !== undefined && view !== false && view !== true;
}

function fill(place, views) {
  const before = drawn.get(place) ?? [];
  const keyed = new Map(before.filter(({ key }) => key !== undefined).map((each) => [each.key, each]));
  const others = before.filter(({ key }) => key === undefined);
  const now = views.map((view) => {
    const { tag, key } = typeof view === 'object' ? view : { tag: '#text', key: undefined };
    const at = others.findIndex((each) => each.tag === tag);
    const old = key === undefined ? others.splice(at, at < 0 ? 0 : 1)[0] : keyed.get(key);
    const isSame = old?.tag === tag;
    if (isSame && key !== undefined) keyed.delete(key);
    const node = isSame ? old.node : make(tag, place);
    if (tag === '#text') setText(node, String(view));
    else change(node, isSame ? old.properties : {}, view);
    return { tag, key, node, properties: view.properties };
  });
  for (const { node } of [...keyed.values(), ...others]) node.remove();
  now.forEach(({ node }, index) => {
    const there = place.childNodes[index];
    if (there !== node) place.insertBefore(node, there ?? null);
  });
  drawn.set(place, now);
}

function make(tag, place) {
  if (tag === '#text') return document.createTextNode('');
  const isDrawing = tag === 'svg' || (place.namespaceURI === SVG && place.localName !== 'foreignObject');
  return isDrawing ? document.createElementNS(SVG, tag) : document.createElement(tag);
}

function setText(node, text) {
  if (node.data !== text) node.data = text;
}

function change(node, before, { properties, children }) {
  for (const name of Object.keys(before)) {
    if (!(name in properties)) set(node, name, undefined, before[name]);
  }
  // Options come before the value that chooses one.
  fill(node, children);
  for (const [name, value] of Object.entries(properties)) set(node, name, value, before[name]);
}

function set(node, name, value, before) {
  if (name.startsWith('on')) return handle(node, name.slice(2), value);
  if (PROPERTIES.has(name) && name in node) {
    if (node[name] !== (value ?? '')) node[name] = value ?? '';
    return undefined;
  }
  if (value === before) return undefined;
  if (value === undefined || value === null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? '' : String(value));
  return undefined;
}

function handle(node, event, handler) {
  const all = handlers.get(node) ?? {};
  if (!(event in all)) node.addEventListener(event, (happened) => all[event]?.(happened));
  all[event] = handler;
  handlers.set(node, all);
}
