/**
 * The parts that the tests run in. A suite's part follows from its path and from the programs that
 * it needs. `unit`, `scenarios` and `acceptance` run anywhere with Node and Terraform; the other
 * parts need PostgreSQL, NATS, QEMU and more.
 */

/**
 * Suites that measure time or put several servers under load. They run one at a time, after all
 * others: a busy machine would slow them down, and they would disturb their neighbors.
 */
const QUIET = [
  'test/integration/replicas/killed-replicas.test.ts',
  'test/integration/replicas/ten-servers.test.ts',
  'test/integration/traces.test.ts',
];

/** Acceptance suites that cost the most. */
const EXPENSIVE = [
  'test/acceptance/examples/examples.test.ts',
  'test/acceptance/examples/pipelines.test.ts',
  'test/acceptance/packages/constructs.test.ts',
  'test/acceptance/provider/interruption.test.ts',
  'test/acceptance/provider/ownership.test.ts',
  'test/acceptance/resources/attribute-walk.test.ts',
];

const SCENARIOS = ['test/scenarios/', 'test/simulation/'];
const ACCEPTANCE = ['test/acceptance/', 'test/docs/'];
const INTEGRATION = 'test/integration/';

/**
 * CPU time that each part may use, on the reference machine of measure-loop.mjs; the static checks
 * are a part as well. A run that uses 10 % more is warned, and CI fails at 50 % more.
 * Unit: seconds of one core, of jest's workers and of all processes that they start.
 */
const BUDGETS_CPU_S = {
  checks: 250,
  unit: 650,
  scenarios: 2000,
  acceptance: 1500,
  services: 2800,
  quiet: 600,
};

/** The parts of `make test`, which a machine with Node and Terraform can run. */
const BARE_PARTS = ['unit', 'scenarios', 'acceptance'];

/** The parts that `make test-all` adds. */
const SERVICE_PARTS = ['services', 'quiet'];

/** Programs that BARE_PARTS may need besides Node. */
const BARE_PROGRAMS = new Set(['terraform']);

/**
 * Returns the part that a suite runs in.
 * @param {string} suite - its path from the root
 * @param {ReadonlyMap<string, string>} programs - what it needs of the system
 * @returns {string} one of BARE_PARTS and SERVICE_PARTS
 */
function projectOf(suite, programs) {
  const isBelow = (path) => suite.startsWith(path);
  if (QUIET.some(isBelow)) return 'quiet';
  const isBare = [...programs.keys()].every((name) => BARE_PROGRAMS.has(name));
  if (!isBare || isBelow(INTEGRATION) || EXPENSIVE.some(isBelow)) return 'services';
  if (SCENARIOS.some(isBelow)) return 'scenarios';
  return ACCEPTANCE.some(isBelow) || programs.size > 0 ? 'acceptance' : 'unit';
}

module.exports = { BARE_PARTS, BARE_PROGRAMS, BUDGETS_CPU_S, SERVICE_PARTS, projectOf };
