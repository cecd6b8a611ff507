/**
 * Loads a module of this package with Node's own loader, which reads ES modules with `require`.
 * Test frameworks such as jest run CommonJS in a context of their own, whose `require` does not.
 * `runInThisContext` runs in Node's first context, where the real `process` is.
 */
const { runInThisContext } = require('node:vm');

/**
 * @param {string} name - module in `dist`, such as `start-novacron`
 * @returns what it exports
 */
module.exports = function load(name) {
  const { createRequire } = runInThisContext('process').getBuiltinModule('node:module');
  return createRequire(__filename)(`../dist/${name}.js`);
};
