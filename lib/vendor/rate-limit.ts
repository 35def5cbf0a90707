/** So many requests in a minute, and no more. Bundled at build time (scripts/bundle.mjs). */
export { MemoryStore, rateLimit } from 'express-rate-limit';
