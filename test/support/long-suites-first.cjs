/**
 * Which suite runs first: the longest, so that no core is idle at the end. Jest remembers how long
 * each suite took; a fresh checkout goes by the figures below, since the size of a file says
 * little.
 */
const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** What the longest suites took on a machine with two cores. Unit: seconds. */
const DURATIONS_S = {
  'test/integration/fuzz/fuzz-postgres.test.ts': 92,
  'test/scenarios/server/upgrade.test.ts': 89,
  'test/integration/sealed-process.test.ts': 72,
  'test/acceptance/packages/constructs.test.ts': 61,
  'test/simulation/seeds/seeds-01-to-08.test.ts': 59,
  'test/simulation/seeds/seeds-09-to-16.test.ts': 55,
  'test/acceptance/examples/examples.test.ts': 50,
  'test/acceptance/examples/pipelines.test.ts': 50,
  'test/integration/server-process.test.ts': 47,
  'test/scenarios/operations/accounting.test.ts': 45,
  'test/integration/fuzz/fuzz-sqlite.test.ts': 43,
  'test/simulation/seeds/seeds-17-to-23.test.ts': 40,
  'test/scenarios/server/upgrade-postgres.test.ts': 40,
  'server/cli/src/transcripts.test.ts': 38,
  'test/acceptance/packages/npm-packages.test.ts': 38,
  'test/simulation/mutations.test.ts': 38,
  'test/acceptance/resources/attribute-walk.test.ts': 37,
  'test/integration/upgrade/half-done-postgres.test.ts': 36,
  'test/docs/tutorials.test.ts': 35,
  'test/integration/backup-process.test.ts': 35,
  'test/acceptance/packages/constructs-packages.test.ts': 27,
  'test/simulation/seeds/seeds-24-to-30.test.ts': 27,
  'test/acceptance/drift/drift.test.ts': 24,
  'server/agent/src/agent-process.test.ts': 24,
  'test/acceptance/resources/vm-arguments.test.ts': 23,
  'test/acceptance/resources/changes.test.ts': 20,
  'test/acceptance/provider/bad-input.test.ts': 20,
};

/** Of every other suite. */
const DURATION_MS = 1_000;
const MS_PER_S = 1_000;

class LongSuitesFirst extends Sequencer {
  time(test) {
    const seconds = DURATIONS_S[relative(test.context.config.rootDir, test.path)];
    return super.time(test) ?? (seconds === undefined ? DURATION_MS : seconds * MS_PER_S);
  }
}

module.exports = LongSuitesFirst;
