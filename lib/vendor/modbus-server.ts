/** A Modbus TCP server, for the simulated plant. Bundled at build time, without serial lines (scripts/bundle.mjs). */
export { ServerTCP } from 'modbus-serial';
