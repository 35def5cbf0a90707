import { createRequire } from 'node:module';
import { join } from 'node:path';
import type helperType from 'node-red-node-test-helper';

/**
 * The test helper with a real Node-RED runtime inside. Every node test takes it from here, so that one environment
 * variable chooses the version: `SWAT_NODE_RED` is a folder whose `node_modules` holds `node-red` and
 * `node-red-node-test-helper` (test/matrix); without it the development dependencies of this package are used.
 */
const folder = process.env.SWAT_NODE_RED ?? join(__dirname, '..', '..', '..');
const requireThere = createRequire(join(folder, 'package.json'));
const helper = requireThere('node-red-node-test-helper') as typeof helperType;
helper.init(requireThere.resolve('node-red'));

export default helper;
