import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ANY_NODE, usageSubject } from '@novacron/contract/agent/agent-subjects';
import { UsageReport } from '@novacron/contract/agent/agent-usage';
import { err, ok } from '@novacron/contract/result';
import type { Driver } from '../drivers/driver.ts';
import { type AgentBench, openAgentBench } from '../test-kit/agent-bench.ts';
import { sampleNode, sampleSpec } from '../test-kit/samples.ts';
import { METRICS_MS, reportUsage } from './report-usage.ts';

let bench: AgentBench;
let reports: [string, UsageReport][];

beforeEach(() => {
  bench = openAgentBench();
  reports = [];
  bench.bus.subscribe(usageSubject(ANY_NODE), (message, subject) =>
    reports.push([subject, UsageReport.parse(message)]),
  );
});
afterEach(() => bench.dispose());

test('an agent measures its node and every machine that is there, at its interval', async () => {
  const { vm_id, ...create } = bench.command(bench.ids('vm'), 1, {
    kind: 'create',
    spec: sampleSpec(),
  });
  await bench.send({ vm_id, ...create });
  await bench.send(bench.command(vm_id, 1, { kind: 'start' }));
  await bench.time.settle();
  reports = [];
  await bench.time.advance(2 * METRICS_MS);
  expect(reports).toHaveLength(2);
  const [subject, report] = reports[1] ?? [];
  expect(subject).toBe(usageSubject('node-01'));
  const [machine] = report?.machines ?? [];
  expect(machine?.vm_id).toBe(vm_id);
  expect(machine?.cpu_cores).toBeGreaterThan(0);
  expect(report).toMatchObject({
    cpu_cores: machine?.cpu_cores,
    memory_mib: machine?.memory_mib,
    measured_at_ms: bench.time.clock.nowMs(),
    interval_ms: METRICS_MS,
  });
});

describe('a node that cannot be measured', () => {
  const warnings: unknown[] = [];
  const ignore = (): void => {};
  const logger = {
    debug: ignore,
    info: ignore,
    error: ignore,
    warn: (fields: unknown, message: string) => warnings.push([message, fields]),
  };

  test('is said in the log, and tried again', async () => {
    const answers = [
      async () => err({ message: 'The disk is away.', next: 'retry' as const }),
      async () => Promise.reject(new Error('a bug')),
      async () => ok([]),
    ];
    const driver: Pick<Driver, 'measure'> = {
      measure: () => (answers.shift() ?? (async () => ok([])))(),
    };
    reports = [];
    const { clock, timers } = bench.time;
    const parts = { bus: bench.bus, driver, clock, timers, logger, metricsIntervalMs: 100 };
    const stop = reportUsage({ ...parts, node: sampleNode({ name: 'node-02' }) });
    await bench.time.advance(200);
    stop();
    await bench.time.advance(200);
    expect(warnings).toMatchObject([
      ['the node cannot be measured', { node: 'node-02', reason: 'The disk is away.' }],
      ['the node cannot be measured', { node: 'node-02' }],
    ]);
    expect(reports.map(([subject]) => subject)).toEqual([usageSubject('node-02')]);
  });
});
