/** Formats the end of a test run. */
const { BUDGETS_CPU_S } = require('./projects.cjs');

const EXPENSIVE_COUNT = 20;
const MS_PER_S = 1000;

/** Shares of a part's budget from which a run warns, and from which CI fails. */
const WARNS_FROM = 1.1;
const FAILS_FROM = 1.5;

/**
 * Formats the end of a run: the table of costs, the most expensive suites, tests close to their
 * time limit, what failed, and the closing line.
 * @param {readonly object[]} tallies - of each run of jest, made by closing-line-reporter.cjs
 * @param {object} run
 * @param {ReturnType<typeof import('./suite-needs.cjs').findLeftOutSuites>} [run.leftOut]
 * @param {{ isWell: boolean, cpuS: number }} [run.checked] - the static checks, where they ran
 * @param {number} [run.slowness] - of this machine; absent where only a part of a part ran
 * @param {number} [run.cpuS] - CPU time of everything that the run started
 * @param {ReturnType<typeof judgeCosts>} [run.costs] - where they have been judged already
 * @returns {string} ends with the line `N passed, N failed`
 */
function formatClosing(tallies, run = {}) {
  const { leftOut = [], checked, slowness, cpuS, costs = judgeCosts(tallies, run) } = run;
  const suites = addCosts(tallies);
  const sum = (name) => tallies.reduce((total, tally) => total + tally[name], 0);
  const expects = suites.reduce((total, suite) => total + suite.expects, 0);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  return [
    ...(costs.length > 0 ? formatTable(costs, { slowness, cpuS }) : []),
    ...(suites.length > EXPENSIVE_COUNT ? formatMostExpensive(suites) : []),
    ...formatNearLimit(tallies.flatMap(({ nearLimit = [] }) => nearLimit)),
    ...formatLeftOut(leftOut),
    ...costs.flatMap(formatVerdict),
    ...formatFailures(tallies.flatMap(({ failures = [] }) => failures)),
    ...(checked?.isWell === false ? ['Failed: the static checks; see above'] : []),
    `${suites.length} suites, ${expects} expectations`,
    `${sum('passed')} passed, ${sum('failed')} failed${skipped}`,
    '',
  ].join('\n');
}

/**
 * Compares the cost of each part with its budget.
 * @param {Parameters<typeof formatClosing>[0]} tallies
 * @param {Pick<Parameters<typeof formatClosing>[1], 'checked' | 'slowness'>} run
 * @returns for each part that ran, `{ part, suites, tests, cpuS, budgetS, verdict }`; the verdict
 *   is `fits`, `warns` or `fails`
 */
function judgeCosts(tallies, { checked, slowness }) {
  const suites = addCosts(tallies);
  return Object.entries(BUDGETS_CPU_S).flatMap(([part, referenceS]) => {
    const own = suites.filter((suite) => suite.project === part);
    const isOfChecks = part === 'checks' && checked !== undefined;
    if (own.length === 0 && !isOfChecks) return [];
    const cpuS = isOfChecks ? checked.cpuS : own.reduce((total, suite) => total + suite.cpuS, 0);
    const tests = own.reduce((total, suite) => total + suite.tests, 0);
    const budgetS = referenceS * (slowness ?? 1);
    const share = slowness === undefined ? 0 : cpuS / budgetS;
    const verdict = share > FAILS_FROM ? 'fails' : share > WARNS_FROM ? 'warns' : 'fits';
    return [{ part, suites: own.length, tests, cpuS, budgetS, verdict }];
  });
}

/** Suites with their CPU time; 0 where jest runs without run-tests.mjs. */
function addCosts(tallies) {
  const costs = new Map();
  for (const { path, cpuS } of tallies.flatMap((tally) => tally.costs ?? [])) costs.set(path, cpuS);
  return tallies
    .flatMap((tally) => tally.suites)
    .map((suite) => ({ ...suite, cpuS: costs.get(suite.path) ?? 0 }));
}

function formatTable(costs, { slowness, cpuS }) {
  const sum = (name) => costs.reduce((total, cost) => total + cost[name], 0);
  const measured = costs.filter((cost) => cost.cpuS > 0);
  if (measured.length === 0) return [];
  const rows = measured.map((cost) => [
    cost.part,
    cost.suites,
    cost.tests,
    cost.cpuS.toFixed(0),
    slowness === undefined ? '' : cost.budgetS.toFixed(0),
  ]);
  if (cpuS !== undefined) {
    // Jest's own process, starts of workers, and processes that no suite has waited for.
    rows.push(['other', '', '', Math.max(0, cpuS - sum('cpuS')).toFixed(0), '']);
    rows.push(['all', sum('suites'), sum('tests'), cpuS.toFixed(0), '']);
  }
  const table = [['part', 'suites', 'tests', 'CPU s', 'budget'], ...rows].map(([part, ...cells]) =>
    `${part.padEnd(12)}${cells.map((cell) => String(cell).padStart(9)).join('')}`.trimEnd(),
  );
  if (slowness === undefined) return table;
  return [...table, `Budgets are for this machine, at ${slowness.toFixed(2)} times the reference.`];
}

function formatMostExpensive(suites) {
  const first = suites
    .filter(({ cpuS }) => cpuS > 0)
    .toSorted((a, b) => b.cpuS - a.cpuS)
    .slice(0, EXPENSIVE_COUNT);
  if (first.length === 0) return [];
  const lines = first.map(
    ({ path, cpuS, durationMs }) =>
      `${cpuS.toFixed(1).padStart(9)}${toSeconds(durationMs).padStart(11)}  ${path}`,
  );
  return [`The ${first.length} most expensive suites: CPU s, duration`, ...lines];
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

function formatVerdict({ part, cpuS, budgetS, verdict }) {
  if (verdict === 'fits') return [];
  const percent = Math.round((cpuS / budgetS) * 100);
  const end = verdict === 'fails' ? '; CI fails from 150 %' : '';
  return [`Warning: ${part} used ${percent} % of its budget of CPU time${end}.`];
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

function formatLeftOut(leftOut) {
  if (leftOut.length === 0) return [];
  const programs = [...new Set(leftOut.flatMap(({ missing }) => missing))].sort();
  return [`${leftOut.length} suites were left out: not on the PATH are ${programs.join(', ')}`];
}

function toSeconds(durationMs) {
  return `${(durationMs / MS_PER_S).toFixed(1)} s`;
}

module.exports = { formatClosing, judgeCosts };
