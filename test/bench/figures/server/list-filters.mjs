/** Cost of a page for each parameter of each list, against the plain page of the same list. */

import { median } from 'simple-statistics';
import { fillLists } from '../../fill-lists.mjs';
import { round } from '../../statistics.mjs';

const ROWS = 10_000;
const PAGE = 100;
const REPETITIONS = 7;

/**
 * Filters that an index serves. The slowest are the two kinds of policies, which share a table: a
 * page of one kind reads past rows of the other.
 */
const INDEXED = {
  name: 'list-filters',
  summary: `a page by each filter, sort and time of lists of ${ROWS}`,
  kinds: ['filter', 'sort', 'since'],
  goal: 6,
};

/** Pages that a console sorts: 100 ms for a person is at once. */
const SORTED = {
  name: 'list-sorts',
  summary: `a page by each sort, in both directions, of lists of ${ROWS}`,
  kinds: ['sort'],
  goal: 6,
  goalMs: 100,
};

/** Counts of 10,000 VMs, groups, incidents, operations and others. */
const SUMMARY = {
  name: 'fleet-summary',
  summary: `the summary of a fleet, each of whose lists has ${ROWS} items`,
  kinds: ['summary'],
  goal: 40,
  goalMs: 400,
};

/** Filters that may read all rows of the tenant, or all rows with a label. */
const READ_THROUGH = {
  name: 'list-searches',
  summary: `a search without a match, a total, and common labels, of lists of ${ROWS}`,
  kinds: ['search', 'count', 'labels'],
  goal: 40,
};

/** Filters that no column of the store supports: all items are read and filtered in memory. */
const IN_MEMORY = {
  name: 'list-filters-in-memory',
  summary: `a page by each filter in memory of lists of ${ROWS}`,
  kinds: ['in memory'],
  goal: 300,
};

export const listFilters = [INDEXED, SORTED, SUMMARY, READ_THROUGH, IN_MEMORY].map(
  ({ name, summary, kinds, goal, goalMs = Number.POSITIVE_INFINITY }) => ({
    name,
    summary,
    measure: async (context) => {
      const measured = await measureLists(context);
      const own = measured.filter(({ kind }) => kinds.includes(kind));
      const [worst] = own.toSorted((left, right) => right.ratio - left.ratio);
      const value = round(worst.ratio, 2);
      return {
        value,
        unit: 'ratio',
        peer: 'the plain page',
        goal,
        better: 'lower',
        ok: value <= goal && Math.max(...own.map(({ ms }) => ms)) < goalMs,
        rows: ROWS,
        requests: own.length,
        worst: worst.title,
        worst_ms: round(worst.ms, 1),
      };
    },
  }),
);

let measuring;

/** Both figures are of one walk. */
function measureLists({ progress }) {
  measuring ??= walk(progress);
  return measuring;
}

async function walk(progress) {
  const { bench, names, listRequests, filteredInMemory } = await fillLists({
    rows: ROWS,
    progress,
  });
  try {
    const measured = [];
    for (const name of names) {
      measured.push(
        ...(await measureList(name, { bench, listRequests, filteredInMemory, progress })),
      );
    }
    measured.push(await measureSummary(bench));
    return measured;
  } finally {
    await bench.stop();
  }
}

/** Measures the pages of a list with each parameter. */
async function measureList(name, { bench, listRequests, filteredInMemory, progress }) {
  const known = { tenant: bench.admin.tenantId };
  const requests = [
    ...listRequests(name, known),
    ...(await requestsThatFind(bench, name, listRequests)),
  ];
  const [plain, ...others] = requests;
  const timeOf = async ({ input }) => {
    const startedAtMs = performance.now();
    await bench.expectOk(name, { ...input, limit: PAGE });
    return performance.now() - startedAtMs;
  };
  for (const request of requests) await timeOf(request);
  const plainMs = [];
  const times = others.map(() => []);
  for (let round = 0; round < REPETITIONS; round += 1) {
    plainMs.push(await timeOf(plain));
    for (const [index, request] of others.entries()) times[index].push(await timeOf(request));
  }
  progress(`${name}: a plain page takes ${round(median(plainMs), 1)} ms`);
  return others.map((request, index) => {
    const ms = median(times[index]);
    const title = `${name} by ${request.by} ${request.field}`;
    const kind = filteredInMemory.includes(`${name} ${request.field}`) ? 'in memory' : request.by;
    return { title, kind, ms, ratio: ms / median(plainMs) };
  });
}

/** Measures the cost of an overview, against a page of VMs. */
async function measureSummary(bench) {
  const timeOf = async (name, input) => {
    const startedAtMs = performance.now();
    await bench.expectOk(name, input);
    return performance.now() - startedAtMs;
  };
  const times = { page: [], summary: [] };
  for (let round = 0; round <= REPETITIONS; round += 1) {
    times.page.push(await timeOf('vm.list', { limit: PAGE }));
    times.summary.push(await timeOf('fleet.summary', {}));
  }
  const ms = median(times.summary);
  return { title: 'fleet.summary', kind: 'summary', ms, ratio: ms / median(times.page) };
}

/** Filters by values that items have, which all of them have or one. */
async function requestsThatFind(bench, name, listRequests) {
  const [plain] = listRequests(name, {});
  const { items } = await bench.expectOk(name, plain.input);
  const item = items.at(-1);
  return listRequests(name, {})
    .filter(({ by, field }) => by === 'filter' && typeof item?.[field] === 'string')
    .map((request) => {
      const { [request.field]: sample } = request.input;
      const value = Array.isArray(sample) ? [item[request.field]] : item[request.field];
      return { ...request, input: { ...request.input, [request.field]: value } };
    });
}
