/**
 * Jest configuration: runs the tests in parts (test/support/projects.cjs) on every core. Suites
 * that need a program of the system run if it is on the PATH; otherwise they are left out, and the
 * run lists them with the reason.
 */
const { availableParallelism } = require('node:os');
const { join } = require('node:path');
const { BARE_PARTS, SERVICE_PARTS, projectOf } = require('./test/support/projects.cjs');
const {
  describeLeftOut,
  findLeftOutSuites,
  readSuiteNeeds,
} = require('./test/support/suite-needs.cjs');

/** Packages that are compiled like our own: modules, and one that imports what it needs late. */
const COMPILED =
  'jose|openid-client|oauth4webapi|@marcbachmann/cel-js|@opentelemetry/otlp-exporter-base';

/** Settings shared by all parts. */
const COMMON = {
  rootDir: __dirname,
  // The parts differ in their suites only, so that they share what was compiled and found.
  id: 'novacron',
  // Each run has temporary files of its own, where jest would keep what it has compiled.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testEnvironment: '<rootDir>/test/support/kept-environment.cjs',
  runtime: '<rootDir>/test/support/shared-modules-runtime.cjs',
  testEnvironmentOptions: {
    customExportConditions: ['novacron-source', 'node', 'node-addons'],
  },
  modulePathIgnorePatterns: ['/dist/'],
  setupFiles: ['<rootDir>/test/support/soak.cjs'],
  transform: {
    [`(\\.ts|/node_modules/(${COMPILED})/.+\\.js)$`]: [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${COMPILED})/)`],
};

const needs = readSuiteNeeds();
const leftOut = findLeftOutSuites(needs);
const leftOutSuites = new Set(leftOut.map(({ suite }) => suite));
// Workers read this file too, and run-tests.mjs has said it already.
const { JEST_WORKER_ID, NOVACRON_TALLY } = process.env;
if (JEST_WORKER_ID === undefined && NOVACRON_TALLY === undefined) {
  process.stderr.write(describeLeftOut(leftOut));
}

/** A regular expression for one path and no other. */
function patternOf(suite) {
  return `^${join(__dirname, suite).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
}

module.exports = {
  projects: [...BARE_PARTS, ...SERVICE_PARTS].map((displayName) => ({
    ...COMMON,
    displayName,
    testMatch: ['<rootDir>/**/*.test.ts'],
    testPathIgnorePatterns: [
      '/node_modules/',
      '/dist/',
      ...[...needs]
        .filter(
          ([suite, programs]) =>
            leftOutSuites.has(suite) || projectOf(suite, programs) !== displayName,
        )
        .map(([suite]) => patternOf(suite)),
    ],
  })),
  testSequencer: '<rootDir>/test/support/long-suites-first.cjs',
  // One more than there are cores: the longest suites wait for other processes most of their time.
  maxWorkers: availableParallelism() + 1,
  // Ends a test that hangs, and says nothing of its speed: suites share the machine with
  // whatever they have started, and machines differ. The end of a run names tests near their limit.
  testTimeout: 60_000,
  // A process that has run hundreds of suites spends its time on collecting garbage.
  workerIdleMemoryLimit: '1GB',
  reporters: ['default', '<rootDir>/test/support/closing-line-reporter.cjs'],
};
