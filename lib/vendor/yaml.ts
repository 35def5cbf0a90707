/** YAML, for settings files. Bundled at build time (scripts/bundle.mjs). */
export { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
