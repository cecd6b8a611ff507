/**
 * Number of runs of properties and simulated worlds: small in the loops and large in `make soak`,
 * which sets `NOVACRON_SOAK`. A property that needs another number states it.
 */
const fc = require('fast-check');

const RUNS = 25;
const RUNS_SOAK = 1_000;

fc.configureGlobal({ numRuns: process.env.NOVACRON_SOAK === undefined ? RUNS : RUNS_SOAK });
