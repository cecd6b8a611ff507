// Packages that few policies need, loaded by the first builtin that does: builtins answer at once,
// so `import()` would be too late.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The package `ajv`. */
export function loadAjv(): typeof import('ajv') {
  return require('ajv');
}

/** The package `graphql`. */
export function loadGraphql(): typeof import('graphql') {
  return require('graphql');
}

/** The package `yaml`. */
export function loadYaml(): typeof import('yaml') {
  return require('yaml');
}
