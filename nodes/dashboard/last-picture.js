import { backgroundOf } from './theme.js';

const LOOK_MS = 500;
/** A widget of either dashboard. */
const WIDGETS = 'ui-card-panel, .nrdb-ui-widget';
/** What node-red-dashboard 3 puts over a page that has lost its nodes. */
const WELCOME = '.node-red-ui--notabs';
const BARS = 'md-toolbar, .v-app-bar';

/** The page that any element was seen on last. */
let latest;
/** Where the last pictures stand while the page itself is empty, and where each of them was. */
let place;
const homes = new Map();

/**
 * A dashboard empties its page when Node-RED ends or deploys, before anybody knows that the connection is lost. The element then
 * stands on, called old, until the page has widgets again or another one is opened.
 */
export function keepPicture(element) {
  let seen;
  // It may be found before its widget stands in the page.
  let hasStood = false;
  const look = () => {
    if (homes.has(element)) {
      if (!isLeft(seen)) dropPictures();
    } else if (isShown(element)) {
      latest = location.href;
      seen = { href: latest, background: backgroundOf(element), home: element.parentElement };
    } else if (seen !== undefined && isLeft(seen)) keep(element, seen);
    // Another page is open, or was since: this one is not the last that was seen.
    else if (!isEmpty() || seen?.href !== latest) seen = undefined;
    hasStood ||= element.isConnected;
    if (hasStood && !element.isConnected && seen === undefined) clearInterval(timer);
  };
  const timer = setInterval(look, LOOK_MS);
  // Node-RED may end before the first of these.
  requestAnimationFrame(look);
}

/** The page has lost what was seen on it, and nobody has opened another: while node-red-dashboard 3 welcomes, there is none. */
function isLeft({ href }) {
  return isEmpty() && href === latest && (location.href === href || document.querySelector(WELCOME) !== null);
}

/** What was kept makes room for widgets that have come. */
export function dropPictures() {
  for (const [element, home] of homes) {
    element.isEnded = false;
    if (home.isConnected) home.append(element);
  }
  homes.clear();
  place?.remove();
  place = undefined;
}

function isShown(element) {
  return element.getClientRects().length > 0 && document.querySelector(WELCOME) === null;
}

function isEmpty() {
  return ![...document.querySelectorAll(WIDGETS)].some(isShown);
}

function keep(element, { background = '#fff', home }) {
  if (place === undefined) {
    place = document.createElement('main');
    const bars = [...document.querySelectorAll(BARS)]
      .filter(isShown)
      .map((each) => each.getBoundingClientRect().bottom);
    place.style.cssText = `position: fixed; inset: ${Math.max(0, ...bars)}px 0 0; overflow: auto; padding: 12px; z-index: 50; background: ${background}`;
    document.body.append(place);
  }
  homes.set(element, home);
  element.isEnded = true;
  place.append(element);
}
