/** YAML, for settings files. Bundled at build time (scripts/bundle.mjs). */
export { parseDocument } from 'yaml';
