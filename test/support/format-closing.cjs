/** What a run of the tests says at its end. */
const { BUDGETS_S } = require('./projects.cjs');

const SLOWEST_COUNT = 10;
const MS_PER_S = 1000;

/**
 * Formats the end of a run: the slowest suites, tests close to their time limit, the time of each
 * part against its budget, what failed, and the closing line.
 * @param {readonly object[]} tallies - of the run's parts, made by closing-line-reporter.cjs
 * @param {ReturnType<typeof import('./suite-needs.cjs').findLeftOutSuites>} leftOut
 * @returns {string} ends with the line `N passed, N failed`
 */
function formatClosing(tallies, leftOut = []) {
  const suites = tallies.flatMap((tally) => tally.suites);
  const sum = (name) => tallies.reduce((total, tally) => total + tally[name], 0);
  const expects = suites.reduce((total, suite) => total + suite.expects, 0);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  return [
    ...(suites.length > SLOWEST_COUNT ? formatSlowest(suites) : []),
    ...formatNearLimit(tallies.flatMap(({ nearLimit = [] }) => nearLimit)),
    ...formatProjects(suites),
    ...formatLeftOut(leftOut),
    ...formatFailures(tallies.flatMap(({ failures = [] }) => failures)),
    `${suites.length} suites, ${expects} expectations`,
    `${sum('passed')} passed, ${sum('failed')} failed${skipped}`,
    '',
  ].join('\n');
}

function formatSlowest(suites) {
  const slowest = suites.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST_COUNT);
  const lines = slowest.map(
    ({ path, durationMs }) => `${toSeconds(durationMs).padStart(8)} ${path}`,
  );
  return [`The ${SLOWEST_COUNT} slowest suites:`, ...lines];
}

/** Tests that a slower machine would fail for no other reason. */
function formatNearLimit(tests) {
  if (tests.length === 0) return [];
  const share = ({ durationMs, limitMs }) => durationMs / limitMs;
  const lines = tests
    .toSorted((a, b) => share(b) - share(a))
    .map(({ path, name, durationMs, limitMs }) => {
      const took = `${toSeconds(durationMs)} of ${toSeconds(limitMs)}`;
      return `  ${took.padStart(16)} ${path}: ${name}`;
    });
  return ['Tests that took more than half of their time limit:', ...lines];
}

/** Again at the end, where a log that is cut still has them. */
function formatFailures(failures) {
  if (failures.length === 0) return [];
  const lines = failures.flatMap(({ path, name, message }) => [
    `  ${path}: ${name}`,
    ...(message === '' ? [] : [`    ${message}`]),
  ]);
  return ['Failed:', ...lines];
}

function formatProjects(suites) {
  return Object.entries(BUDGETS_S).flatMap(([project, budgetS]) => {
    const own = suites.filter((suite) => suite.project === project);
    if (own.length === 0) return [];
    const durationMs = own.reduce((total, suite) => total + suite.durationMs, 0);
    const took = `${own.length} suites in ${toSeconds(durationMs)}`;
    const line = `${project}: ${took}, budget ${budgetS} s`;
    if (durationMs <= budgetS * MS_PER_S) return [line];
    return [line, `Warning: the ${project} suites take longer than their budget.`];
  });
}

function formatLeftOut(leftOut) {
  if (leftOut.length === 0) return [];
  const programs = [...new Set(leftOut.flatMap(({ missing }) => missing))].sort();
  return [`${leftOut.length} suites were left out: not on the PATH are ${programs.join(', ')}`];
}

function toSeconds(durationMs) {
  return `${(durationMs / MS_PER_S).toFixed(1)} s`;
}

module.exports = { formatClosing };
