/**
 * Node as suites see it, kept from one suite to the next: all suites that a process runs share one
 * context, in which modules are loaded once (shared-modules-runtime.cjs). What a suite loads for
 * itself comes from a code cache; without it V8 would compile the same texts for every suite.
 */
const { appendFileSync } = require('node:fs');
const { relative } = require('node:path');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');
const { readCpuS } = require('./read-cpu-s.cjs');

const { compileFunction } = vm;

/** Compiled text and V8's cached data, by file. */
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

/** A test that takes a larger share of its time limit is named at the end of the run. */
const NEAR_LIMIT = 0.5;

/** Key under which `expect` stores its matchers and assertion counts. */
const MATCHERS = Symbol.for('$$jest-matchers-object');

/** Names that jest leaves in the context for the running suite only. */
const OF_ONE_SUITE = new Set([
  'EVENT_HANDLERS',
  'JEST_STATE_SYMBOL',
  'LOG_ERRORS_BEFORE_RETRY',
  'RETRY_IMMEDIATELY',
  'RETRY_TIMES',
  'TEST_TIMEOUT_SYMBOL',
  'WAIT_BEFORE_RETRY',
]);

class KeptEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const { process } = this.global;
    this.exit = process.exit;
    this.variables = { ...process.env };
  }

  /** Hands over tests that come close to their time limit: a slower machine would fail them. */
  handleTestEvent({ name, test }, { testTimeout }) {
    const { NOVACRON_NEAR_LIMIT: file } = process.env;
    if (name !== 'test_done' || file === undefined) return;
    const limitMs = test.timeout ?? testTimeout;
    const { duration: durationMs } = test;
    if (durationMs === null || durationMs < limitMs * NEAR_LIMIT) return;
    const path = relative(process.cwd(), this.testPath);
    const line = { path, name: test.name, durationMs, limitMs };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  }

  /** Writes what the suite has cost; processes that it did not wait for count towards the next. */
  recordCost() {
    const { NOVACRON_COSTS: file } = process.env;
    if (file === undefined) return;
    const { own, children } = readCpuS();
    const cpuS = own + children - this.startedAtCpuS;
    const path = relative(process.cwd(), this.testPath);
    appendFileSync(file, `${JSON.stringify({ path, cpuS })}\n`);
  }

  /** Leaves the context as a new one is, but for the modules that it has loaded. */
  async teardown() {
    this.recordCost();
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    const { process } = this.global;
    process.exit = this.exit;
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, this.variables);
    for (const key of Object.getOwnPropertySymbols(this.global)) {
      if (OF_ONE_SUITE.has(key.description)) delete this.global[key];
    }
    const expectations = this.global[MATCHERS];
    if (expectations !== undefined) {
      expectations.customEqualityTesters = [];
      expectations.matchers = Object.create(null);
      expectations.state = {
        assertionCalls: 0,
        expectedAssertionsNumber: null,
        isExpectingAssertions: false,
        numPassingAsserts: 0,
        suppressedErrors: [],
      };
    }
    // It would keep all suites in memory for a cleaning that does not come.
    this._globalProxy.propertyToValue.clear();
    this._globalProxy.leftovers = [];
  }
}

let kept;

/** Jest makes an environment for each suite by `new`; it is given the same one. */
module.exports = function environmentOf(config, context) {
  kept ??= new KeptEnvironment(config, context);
  kept.testPath = context.testPath;
  const { own, children } = readCpuS();
  kept.startedAtCpuS = own + children;
  return kept;
};
