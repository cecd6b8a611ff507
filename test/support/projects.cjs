/**
 * The parts that the tests run in. What a suite belongs to follows from where it lies and from what
 * it needs: `unit` is what lies beside the code and starts no program, which makes it quick.
 */

/**
 * Suites that measure time or kill processes at chosen moments. They run alone after all others;
 * a busy machine would make them slow, and they would disturb their neighbours.
 */
const QUIET = [
  'test/acceptance/provider/interruption.test.ts',
  'test/integration/enrolment-killed.test.ts',
  'test/integration/killed-groups.test.ts',
  'test/integration/killed-server.test.ts',
  'test/integration/replicas/',
  'test/integration/traces.test.ts',
];

/** `test/docs` runs what pages print, on servers and with Terraform. */
const SYSTEM = ['test/acceptance/', 'test/docs/', 'test/integration/'];
const SCENARIOS = ['test/scenarios/', 'test/simulation/'];

/**
 * Longest that the suites of a part should take together on a quiet machine with two cores, so that
 * `make quick` stays below 3 minutes and `make test` below 15. A run that takes longer gets a
 * warning.
 * Unit: seconds of suites, which run three at a time, but for those that need quiet.
 */
const BUDGETS_S = { unit: 240, scenarios: 480, system: 540, quiet: 180 };

/**
 * The part that a suite runs in.
 * @param {string} suite - its path from the root
 * @param {ReadonlyMap<string, string>} programs - what it needs of the system
 * @returns {keyof typeof BUDGETS_S}
 */
function projectOf(suite, programs) {
  const isBelow = (path) => suite.startsWith(path);
  if (QUIET.some(isBelow)) return 'quiet';
  if (SCENARIOS.some(isBelow)) return 'scenarios';
  return SYSTEM.some(isBelow) || programs.size > 0 ? 'system' : 'unit';
}

module.exports = { BUDGETS_S, projectOf };
