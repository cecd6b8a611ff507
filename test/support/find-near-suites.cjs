/** Finds the suites that a change can break. */
const { dirname } = require('node:path');

const CODE = /\.(?:ts|tsx|mjs|cjs|js)$/;

/**
 * Finds the suites that reach a changed file.
 * @param {readonly string[]} changed - paths from the root
 * @param {ReadonlyMap<string, ReadonlySet<string>>} suites - the files that each suite reaches
 * @returns {readonly string[]} paths of suites
 */
function findNearSuites(changed, suites) {
  return [...suites]
    .filter(([suite, files]) => changed.some((path) => reaches({ suite, files, path })))
    .map(([suite]) => suite);
}

/** Suites read other files by path: those in `testdata/` from the folder above or below it. */
function reaches({ suite, files, path }) {
  if (CODE.test(path)) return files.has(path);
  const [folder, below] = path.split('/testdata/');
  return below === undefined ? dirname(suite) === dirname(path) : suite.startsWith(`${folder}/`);
}

module.exports = { findNearSuites };
