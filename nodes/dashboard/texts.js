import own from '../locales/en-US/swat-dashboard.json';
import { alarm } from '../locales/en-US/swat-plant.json';
import { fromScript } from './origin.js';

const english = { ...own, alarm };
const listeners = new Set();
let catalogue = english;
let language = 'en-US';

/** The language that texts, numbers and times are in. */
export function languageNow() {
  return language;
}

/**
 * The text of a key, with its `__name__` replaced by the value of that name. What a catalogue does not know, such as a word
 * from a plant's own dictionary, is given back as `otherwise`.
 */
export function text(key, values = {}, otherwise = key) {
  const found = lookUp(catalogue, key) ?? lookUp(english, key) ?? otherwise;
  return found.replace(/__(\w+?)__/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Calls back when the language has come; until then all is in English. */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Loads the catalogue of the browser's language, where there is one. */
export async function loadLanguage() {
  const wanted = choose(navigator.languages ?? [navigator.language]);
  if (wanted === language) return;
  try {
    const answer = await fetch(fromScript(`${wanted}.json?v=${SWAT_VERSION}`));
    if (!answer.ok) return;
    catalogue = await answer.json();
    language = wanted;
    for (const listener of listeners) listener();
  } catch {
    // It stays English.
  }
}

/** The first of the languages that there is a catalogue for: `de-AT` is content with `de`, `zh` with `zh-CN`. */
function choose(wanted) {
  for (const each of wanted) {
    const [short] = each.split('-');
    const found =
      SWAT_LANGUAGES.find((one) => one === each) ?? SWAT_LANGUAGES.find((one) => one.split('-')[0] === short);
    if (found !== undefined) return found;
  }
  return 'en-US';
}

function lookUp(from, key) {
  const found = key.split('.').reduce((at, part) => (Object.hasOwn(at ?? {}, part) ? at[part] : undefined), from);
  return typeof found === 'string' ? found : undefined;
}
