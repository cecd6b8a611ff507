/**
 * How the tests run. Suites that need a program of the system run where it is on the PATH; where it
 * is not they are left out, and the run says which and why.
 */
const { accessSync, constants } = require('node:fs');
const { delimiter, join } = require('node:path');

/** What the suites below a path need besides Node and Terraform, and how it is installed. */
const PROGRAMS = [
  {
    program: 'initdb',
    install: 'PostgreSQL, with its server programs on the PATH',
    suites: [
      'server/src/adapters/store/postgres/',
      'test/integration/replicas/',
      'test/integration/fuzz/fuzz-postgres[.]test[.]ts',
      'test/scenarios/upgrade-postgres[.]test[.]ts',
    ],
  },
  {
    program: 'nats-server',
    install: 'nats-server',
    suites: [
      'server/bus/src/open-nats-bus[.]test[.]ts',
      'server/agent/src/agent-process[.]test[.]ts',
      'test/integration/replicas/',
      'test/integration/traces[.]test[.]ts',
    ],
  },
  {
    program: 'openssl',
    install: 'openssl',
    suites: ['server/src/adapters/store/postgres/postgres-tls[.]test[.]ts'],
  },
];

/** Packages that are compiled like our own: modules, and one that imports what it needs late. */
const COMPILED = 'jose|@marcbachmann/cel-js|@opentelemetry/otlp-exporter-base';

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const missing = PROGRAMS.filter(({ program }) => !isOnPath(program));
// Workers read this file too; one notice is enough.
if (process.env.JEST_WORKER_ID === undefined) {
  for (const { program, install, suites } of missing) {
    const why = `${program} is not on the PATH (install ${install})`;
    process.stderr.write(`left out, because ${why}: ${suites.join(', ')}\n`);
  }
}

module.exports = {
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['novacron-source', 'node', 'node-addons'],
  },
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    ...new Set(missing.flatMap(({ suites }) => suites)),
  ],
  // A process that has run hundreds of suites spends its time on collecting garbage.
  workerIdleMemoryLimit: '1GB',
  modulePathIgnorePatterns: ['/dist/'],
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
  reporters: ['default', '<rootDir>/test/support/closing-line-reporter.cjs'],
};
