/** Where this script came from: the catalogues are beside it, and the rest of ours is above. */
const script = document.currentScript ?? document.querySelector('script[src*="/swat/ui/swat-dashboard.js"]');
const base = script?.src ?? new URL('../swat/ui/swat-dashboard.js', document.baseURI).href;

/** An address beside this script. */
export function fromScript(path) {
  return new URL(path, base);
}
