/** Protocol buffers, for Sparkplug B. Bundled at build time (scripts/bundle.mjs). */
export { PbfReader, PbfWriter } from 'pbf';
