/**
 * Loads a module once for all suites that a process runs. By default jest loads all modules again
 * for each suite: a thousand for a suite that starts a server, which V8 then has to make quick once
 * more. What a suite consists of is still loaded for it alone: the file of its tests and the kits
 * of such files.
 *
 * A module that is shared must not keep anything that another test could notice, which the layers
 * forbid anyway; a suite that runs alone begins with new modules, as before.
 */
const { join, sep } = require('node:path');
const { default: Runtime } = require('jest-runtime');

const ROOT = join(__dirname, '../..');

/** Our own modules that a server or a tool consists of, by where they lie. */
const OURS = /^(server|provider|constructs)\/(.+\/)?src\/.+\.ts$/;
const OF_SUITES = /\/(test-kit|suite)\/|(\.test|-suite|-bench)\.ts$/;
const PACKAGES = `${sep}node_modules${sep}`;

const known = new Map();

function isShared(path) {
  let answer = known.get(path);
  if (answer === undefined) {
    answer =
      path.includes(PACKAGES) || (OURS.test(path.slice(ROOT.length + 1)) && !OF_SUITES.test(path));
    known.set(path, answer);
  }
  return answer;
}

/** Loads what is shared; it lives as long as the process. */
class SharedRuntime extends Runtime {
  requireModuleOrMock(from, name) {
    if (name === '@jest/globals') throw new Error(`${from} is shared and belongs to no suite`);
    return super.requireModuleOrMock(from, name);
  }
}

/** Source maps for stack traces: the maps of a suite and of the modules it shares. */
class JoinedMaps {
  constructor(own, shared) {
    this.maps = [own, shared];
  }

  get(file) {
    return this.maps.find((map) => map.has(file))?.get(file);
  }

  *[Symbol.iterator]() {
    for (const map of this.maps) yield* map;
  }
}

let shared;

class SuiteRuntime extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    shared ??= new SharedRuntime(config, environment, ...rest);
    this.sourceMaps = new JoinedMaps(super.getSourceMaps(), shared.getSourceMaps());
  }

  requireModuleOrMock(from, name) {
    if (name !== '@jest/globals' && !this._resolution.isCoreModule(name)) {
      const path = this._resolution.resolveCjs(from, name);
      if (isShared(path)) return shared.requireModuleOrMock(from, name);
    }
    return super.requireModuleOrMock(from, name);
  }

  getSourceMaps() {
    return this.sourceMaps;
  }
}

module.exports = { __esModule: true, default: SuiteRuntime };
