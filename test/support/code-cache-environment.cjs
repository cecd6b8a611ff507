/**
 * Node as suites see it, with a code cache: each suite loads all modules again, and without the
 * cache V8 would compile the same thousand texts for every suite that a process runs.
 */
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const { compileFunction } = vm;

/** By file: its text as it was compiled, and what V8 keeps of that. */
const compiled = new Map();

// Jest compiles modules by this function alone and has no setting for a cache.
vm.compileFunction = (text, parameters, options) => {
  const known = compiled.get(options.filename);
  if (known?.text === text) {
    return compileFunction(text, parameters, { ...options, cachedData: known.data });
  }
  const made = compileFunction(text, parameters, { ...options, produceCachedData: true });
  if (made.cachedData !== undefined) {
    compiled.set(options.filename, { text, data: made.cachedData });
  }
  return made;
};

module.exports = TestEnvironment;
