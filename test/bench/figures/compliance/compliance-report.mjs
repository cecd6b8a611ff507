/** Duration of a report over 90 days of a fleet whose results change. */
import { register } from 'node:module';
import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { round } from '../../statistics.mjs';

const SUBJECTS = 1_000;
const DAYS = 90;
const DAY_MS = 86_400_000;
/** Share of subjects whose results change on a day. */
const CHANGING = 0.05;
const ROWS_PER_COMMIT = 500;
const REPETITIONS = 5;
const PAGE = 1_000;
const CPU_SHARE = 1;
const MS_PER_S = 1000;

export const figure = {
  name: 'compliance-report-90d',
  summary: `the report of ${DAYS} days of ${SUBJECTS} VMs whose results change`,
  measure: async ({ directory, progress }) => {
    register('../../../simulation/load-typescript.mjs', import.meta.url);
    const { startBench } = await import('../../../scenarios/test-kit/start-bench.ts');
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const bench = await startBench();
    const records = await recordResults(bench);
    const times = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const startedAtMs = performance.now();
      await bench.expectOk('compliance.report', { standard: 'cis' });
      times.push((performance.now() - startedAtMs) / MS_PER_S);
      progress(`${repetition}/${REPETITIONS}: ${round(times.at(-1), 2)} s`);
    }
    const startedAtMs = performance.now();
    const pages = await readEvidence(bench);
    const evidence_s = round((performance.now() - startedAtMs) / MS_PER_S, 2);
    progress(`all evidence, ${pages} pages: ${evidence_s} s`);
    await bench.stop();
    const figures = { value: median(times), unit: 's', goal: 5, better: 'lower' };
    const line = calibratedLine(figures, calibration.result());
    return { ...line, records, evidence_s, repetitions: REPETITIONS };
  },
};

async function readEvidence(bench) {
  let pages = 0;
  for (let after = 0; after !== null; pages += 1) {
    const page = { standard: 'cis', from: `${DAYS}d`, after, limit: PAGE };
    after = (await bench.expectOk('compliance.evidence', page)).next;
  }
  return pages;
}

/** VMs with results of all checks of VMs, some of which fail for a day. */
async function recordResults({ store, deps, admin }) {
  const { planCheckResults } = await import('@novacron/engine/compliance/plan-check-results');
  const { chainRow, EMPTY_CHAIN } = await import(
    '@novacron/server/app/governance/compliance/evidence-rows'
  );
  const startMs = deps.clock.nowMs() - DAYS * DAY_MS;
  const metadata = { env: 'prod', 'data-class': 'pci' };
  const open = new Map();
  const rows = [];
  let head = EMPTY_CHAIN;
  const record = (id, { checkId, kind, reason, evidence }, { state, atMs }) => {
    const row = chainRow(
      {
        tenant_id: admin.tenantId,
        check_id: checkId,
        subject_kind: kind,
        subject_id: id,
        subject_name: id,
        subject_revision: 1,
        state,
        verdict_json: JSON.stringify({ reason, evidence }),
        catalogue: 'c',
        build: 'bench',
        at_ms: atMs,
        until_ms: null,
      },
      head,
    );
    head = row;
    const key = `${checkId}/${id}`;
    const before = open.get(key);
    if (before !== undefined) rows[before] = { ...rows[before], until_ms: atMs };
    open.set(key, rows.length);
    rows.push(row);
  };
  const surroundings = { nowMs: startMs };
  const resultsOf = (id) => planCheckResults('vm', { id, name: id, metadata }, surroundings);
  for (let number = 0; number < SUBJECTS; number += 1) {
    const id = `vm_${number}`;
    for (const result of resultsOf(id)) record(id, result, { state: 'pass', atMs: startMs });
  }
  for (let day = 1; day < DAYS; day += 1) {
    for (let number = 0; number < SUBJECTS * CHANGING; number += 1) {
      const id = `vm_${(number * 17 + day * 31) % SUBJECTS}`;
      const state = day % 2 === 0 ? 'pass' : 'fail';
      const atMs = startMs + day * DAY_MS;
      for (const result of resultsOf(id)) record(id, result, { state, atMs });
    }
  }
  for (let at = 0; at < rows.length; at += ROWS_PER_COMMIT) {
    const changes = rows
      .slice(at, at + ROWS_PER_COMMIT)
      .map((row) => ({ kind: 'put', into: 'compliance_evidence', row }));
    const done = await store.commit(changes);
    if (!done.ok) throw new Error(done.error.detail);
  }
  return rows.length;
}
