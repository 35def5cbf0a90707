// Loaded before node-red-dev: where the catalogue of the flow library cannot be reached, the Node-RED modules that are on this
// machine stand in for it, with the types that their package.json names. What comes from the npm registry is not replaced.
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const axios = require('axios');

const CATALOGUE = 'https://catalogue.nodered.org/catalogue.json';
const root = join(__dirname, '..', '..');
const { get } = axios;

axios.get = async (address, ...rest) => {
  if (address !== CATALOGUE) return get(address, ...rest);
  try {
    return await get(address, { timeout: 10_000 });
  } catch (error) {
    const modules = installed();
    process.stdout.write(`catalogue stubbed (${error.message}): ${modules.map(({ id }) => id).join(', ')}\n`);
    return { data: { modules } };
  }
};

function installed() {
  const homes = ['.', 'test/field', 'test/dashboard', 'test/matrix'].map((home) => join(root, home, 'node_modules'));
  const folders = homes.flatMap((home) =>
    (existsSync(home) ? readdirSync(home) : []).flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(home, name)).map((each) => join(home, name, each)) : [join(home, name)],
    ),
  );
  const modules = new Map();
  for (const file of folders.map((folder) => join(folder, 'package.json')).filter((each) => existsSync(each))) {
    const { name, 'node-red': nodeRed } = require(file);
    if (nodeRed?.nodes !== undefined) modules.set(name, { id: name, types: Object.keys(nodeRed.nodes) });
  }
  return [...modules.values()];
}
