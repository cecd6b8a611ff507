/** Duration of the drift report when everything has drifted: ten thousand records. */
import { register } from 'node:module';
import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { round } from '../../statistics.mjs';

const RECORDS = 10_000;
const ROWS_PER_COMMIT = 500;
const REPETITIONS = 5;
const CPU_SHARE = 1;
const MS_PER_S = 1000;

export const figure = {
  name: 'drift-report-10000',
  summary: `the drift report of ${RECORDS} drifted resources, with its text`,
  measure: async ({ directory, progress }) => {
    register('../../../simulation/load-typescript.mjs', import.meta.url);
    const { startBench } = await import('../../../scenarios/test-kit/start-bench.ts');
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const bench = await startBench();
    await makeDrift(bench);
    const times = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const startedAtMs = performance.now();
      const report = await bench.expectOk('drift.report', {});
      const text = JSON.stringify(report);
      times.push((performance.now() - startedAtMs) / MS_PER_S);
      if (report.items.length !== RECORDS) throw new Error(`${report.items.length} records`);
      progress(`${repetition}/${REPETITIONS}: ${round(times.at(-1), 2)} s, ${text.length} bytes`);
    }
    await bench.stop();
    const figures = { value: median(times), unit: 's', goal: 1, better: 'lower' };
    return { ...calibratedLine(figures, calibration.result()), repetitions: REPETITIONS };
  },
};

/**
 * Terraform applies one resource and another client changes it; the others are copies of it, with a
 * baseline, its proof and a cause of their own.
 */
async function makeDrift(bench) {
  const { baselineChanges } = await import('@novacron/server/app/kernel/baselines/baseline');
  const { auditChange } = await import('@novacron/server/app/kernel/audit/audit');
  const { deps, store, admin } = bench;
  const as = { client: 'terraform', deployment: 'shop' };
  const made = await bench.expectOk('network.create', { name: 'n', cidr: '10.0.0.0/16' }, as);
  await bench.advance(MS_PER_S);
  const [row] = await store.read({ from: 'networks', where: { id: made.resource.id } });
  const nowMs = deps.clock.nowMs();
  const context = { principal: admin, requestId: 'req_bench', ...as };
  let changes = [];
  for (let number = 0; number < RECORDS; number += 1) {
    const target = { id: deps.ids.next('net'), name: `n-${number}` };
    const fields = { ...JSON.parse(row.desired_json), name: target.name };
    const is = { ...fields, dns_servers: ['192.0.2.1'] };
    const about = { kind: 'network', target, fields, origin: 'apply', deployment: 'shop' };
    changes.push(
      {
        kind: 'put',
        into: 'networks',
        row: { ...row, ...target, desired_json: JSON.stringify(is) },
      },
      ...baselineChanges({ deps, context, nowMs }, about),
      auditChange(
        deps,
        { ...context, client: 'cli' },
        {
          operation: 'network.update',
          outcome: 'done',
          resourceKind: 'network',
          target,
          changes: { dns_servers: { was: fields.dns_servers, is: is.dns_servers } },
          atMs: nowMs + 1,
        },
      ),
    );
    if (changes.length < ROWS_PER_COMMIT) continue;
    const done = await store.commit(changes);
    if (!done.ok) throw new Error(done.error.detail);
    changes = [];
  }
  await store.commit(changes);
}
