import { dropPictures, keepPicture } from './last-picture.js';
import page from './page.css';

/** Elements that a widget has taken. */
const taken = new WeakSet();
/** Pictures to wait for an element to be there. */
const TURNS = 300;

/**
 * For the script of a ui_template of node-red-dashboard 3: `swatDashboard.angular(scope, 'swat-overview')`. Shows the payload of
 * each message in the element of that name in the template, and sends its commands as `msg.swat`, with that name as `msg.view`, so
 * that the answer finds its way back among several.
 */
export function angular(scope, tagName) {
  find(document, tagName, (element) => {
    const unlisten = listen(element, (swat) => scope.send({ swat, view: tagName }));
    const unwatch = scope.$watch('msg', (msg) => show(element, msg));
    scope.$on('$destroy', () => {
      unlisten();
      unwatch();
    });
    widen(element);
    element.ask();
  });
}

/**
 * For `mounted` of a ui-template of Dashboard 2.0: `swatDashboard.vue(this, 'swat-overview')`. Does what {@link angular} does.
 */
export function vue(component, tagName) {
  find(component.$el?.parentElement ?? document, tagName, (element) => {
    listen(element, (swat) => component.send({ swat, view: tagName }));
    component.$watch('msg', (msg) => show(element, msg), { immediate: true });
    element.ask();
  });
}

/** Gives an element the width of its page, whatever sizes its widget and its group were given. */
function widen(element) {
  const container = element.closest('.masonry-container');
  if (container === null) return;
  container.classList.add('swat-page');
  element.closest('.nr-dashboard-template')?.classList.add('swat-widget');
  if (document.getElementById('swat-page') !== null) return;
  const style = document.createElement('style');
  style.id = 'swat-page';
  style.textContent = page;
  document.head.append(style);
}

function show(element, msg) {
  if (typeof msg?.payload === 'object' && msg.payload !== null) element.data = msg.payload;
}

function listen(element, send) {
  const pass = (event) => {
    event.stopPropagation();
    send(event.detail);
  };
  element.addEventListener('swat-command', pass);
  return () => element.removeEventListener('swat-command', pass);
}

/** Finds the element that no widget has taken yet; it may come with one of the next pictures. */
function find(place, tagName, found, turns = TURNS) {
  const element = [...place.querySelectorAll(tagName)].find((each) => !taken.has(each));
  if (element === undefined) {
    if (turns > 0) requestAnimationFrame(() => find(place, tagName, found, turns - 1));
    return;
  }
  taken.add(element);
  customElements.whenDefined(tagName).then(() => {
    dropPictures();
    keepPicture(element);
    found(element);
  });
}
