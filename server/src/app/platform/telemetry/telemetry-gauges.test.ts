import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { NO_TRACER } from '@novacron/tracing/tracer';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../agent/src/test-kit/virtual-time.ts';
import { createPrometheusTelemetry } from '../../../adapters/metrics/create-prometheus-telemetry.ts';
import { readExposition } from '../../../adapters/metrics/test-kit/read-exposition.ts';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import {
  auditRow,
  commitAll,
  eventRow,
  nodeRow,
  ROW_OF_EACH_TABLE,
} from '../../../adapters/store/suite/rows.ts';
import { METRICS, type MetricRow } from '../../../ports/metrics/metrics-table.ts';
import type { Change } from '../../../ports/store.ts';
import { type GaugeName, NO_TELEMETRY, type Telemetry } from '../../../ports/telemetry.ts';
import { type GaugeReader, startGauges } from './telemetry-gauges.ts';
import { observeStore } from './telemetry-store.ts';

const INTERVAL_MS = 30_000;

const USAGE = {
  ofNode: () => ({ cpuCores: 1.5, memoryMib: 1, measuredAtMs: 0 }),
  historyOf: () => [],
  ofVm: () => undefined,
};

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

let time: VirtualTime;
let temporary: Awaited<ReturnType<typeof openTemporaryStore>>;
let gauges: GaugeReader;
let values: Map<string, number[]>;
let latest: Map<string, readonly Series[]>;

beforeEach(async () => {
  time = createVirtualTime();
  temporary = await openTemporaryStore();
  values = new Map();
  latest = new Map();
  const set: Telemetry['set'] = (name, series) => {
    const sum = series.reduce((before, { value }) => before + value, 0);
    values.set(name, [...(values.get(name) ?? []), sum]);
    latest.set(name, series);
  };
  const ignore = (): void => undefined;
  gauges = startGauges(
    {
      store: temporary.store,
      clock: time.clock,
      timers: time.timers,
      logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      telemetry: { ...NO_TELEMETRY, set },
      serverVersion: '0.0.0',
      usage: USAGE,
    },
    INTERVAL_MS,
  );
});

afterEach(async () => {
  gauges.stop();
  await temporary.remove();
});

function readings(name: string): readonly number[] {
  return values.get(name) ?? [];
}

async function waitForReading(count: number): Promise<void> {
  const last = 'novacron_gauges_refreshed_timestamp_seconds';
  await waitUntil(`reading ${count}`, () => readings(last).length === count || undefined);
}

test('the gauges are read at once and then at the interval, no sooner', async () => {
  await waitForReading(1);
  await commitAll(temporary.store, [{ kind: 'put', into: 'nodes', row: nodeRow('node_a') }]);
  await time.advance(INTERVAL_MS - 1);
  expect(readings('novacron_nodes')).toEqual([0]);
  await time.advance(1);
  await waitForReading(2);
  expect(readings('novacron_nodes')).toEqual([0, 1]);
  expect(readings('novacron_used_cpu_cores')).toEqual([0, 1.5]);
  expect(readings('novacron_used_memory_bytes')).toEqual([0, 1_048_576]);
});

test('the score of a standard is the lowest of all tenants, from their latest scans', async () => {
  await waitForReading(1);
  const nowMs = time.clock.nowMs();
  const point = (tenant: string, agoMs: number, score: number | null): Change => {
    const { compliance_points: row } = ROW_OF_EACH_TABLE;
    const at_ms = nowMs - agoMs;
    const point_json = JSON.stringify({ score, ownFailures: 3 });
    const id = `${tenant}.${at_ms}`;
    const own = { id, tenant_id: tenant, point_json, at_ms };
    return { kind: 'put', into: 'compliance_points', row: { ...row, ...own } };
  };
  await commitAll(temporary.store, [
    point('tnt_a', 60_000, 91),
    point('tnt_b', 7_200_000, 12),
    point('tnt_b', 1_000, 64),
    point('tnt_new', 1_000, null),
    point('tnt_gone', 86_400_000, 5),
  ]);
  await gauges.refresh();
  const labels = { standard: 'cis' };
  expect(latest.get('compliance_score_percentage')).toEqual([{ labels, value: 64 }]);
  expect(latest.get('novacron_compliance_failures')).toEqual([{ labels, value: 9 }]);
});

test('the lag of the relay is the age of the oldest event without a position', async () => {
  await waitForReading(1);
  const atMs = time.clock.nowMs() - 5_000;
  await commitAll(temporary.store, [
    { kind: 'put', into: 'events', row: { ...eventRow('evt_a', null), at_ms: atMs } },
  ]);
  await gauges.refresh();
  expect(readings('novacron_event_relay_lag_seconds')).toEqual([0, 5]);
});

test('conditions of nodes are counted while they are seen', async () => {
  await waitForReading(1);
  const condition = {
    kind: 'disk_failing',
    severity: 'severe',
    evidence: 'x',
    first_seen_ms: 1,
    last_seen_ms: 1,
  };
  const conditions_json = JSON.stringify([
    { ...condition, subject: 'sda', cleared_ms: null },
    { ...condition, subject: 'sdb', cleared_ms: null },
    { ...condition, subject: 'sdc', cleared_ms: 2 },
  ]);
  const row = { ...nodeRow('node_a'), conditions_json };
  await commitAll(temporary.store, [{ kind: 'put', into: 'nodes', row }]);
  await gauges.refresh();
  expect(readings('novacron_node_conditions')).toEqual([0, 2]);
});

test('incidents are counted by cause and state, and VMs that are down once', async () => {
  await waitForReading(1);
  const { incidents, incident_members: member } = ROW_OF_EACH_TABLE;
  const rows = [
    { ...incidents, id: 'inc_a', state: 'open', resolved_at_ms: null },
    { ...incidents, id: 'inc_b', state: 'acknowledged', resolved_at_ms: null },
    { ...incidents, id: 'inc_c', state: 'resolved', resolved_at_ms: 1 },
  ].map((row) => ({ ...row, cause_key: row.id }));
  const down = ['incm_a', 'incm_b'].map((id) => ({ ...member, id, up_at_ms: null }));
  await commitAll(temporary.store, [
    ...rows.map((row) => ({ kind: 'put' as const, into: 'incidents' as const, row })),
    ...down.map((row) => ({ kind: 'put' as const, into: 'incident_members' as const, row })),
  ]);
  await gauges.refresh();
  expect(readings('novacron_incidents')).toEqual([0, 2]);
  expect(readings('novacron_vms_down')).toEqual([0, 1]);
});

describe('utilization, saturation and errors', () => {
  /** Values of the series with these labels, in their order. */
  const seriesOf = (name: GaugeName, resource: string) =>
    (latest.get(name) ?? [])
      .filter(({ labels }) => Object.values(labels).includes(resource))
      .map(({ labels, value }) => [Object.values(labels).join(' '), value]);

  test('are given for each zone, and the utilization for each node', async () => {
    await waitForReading(1);
    const seen = { evidence: 'x', first_seen_ms: 1, last_seen_ms: 1, severity: 'severe' };
    const conditions_json = JSON.stringify([
      { ...seen, kind: 'disk_failing', subject: 'sda', cleared_ms: null },
      { ...seen, kind: 'memory_pressure', subject: 'host', cleared_ms: null },
      { ...seen, kind: 'memory_errors', subject: 'dimm', cleared_ms: 2 },
    ]);
    const small = { zone: 'z1', cpu_cores: 2, disk_gb: 100, disk_gb_used: 25 };
    const busy = { ...nodeRow('node_a'), ...small, cpu_cores: 1, conditions_json };
    const calm = { ...nodeRow('node_b'), ...small, cpu_cores: 5 };
    const lost = { ...nodeRow('node_c'), ...small, zone: 'z2', status: 'lost' };
    await commitAll(
      temporary.store,
      [busy, calm, lost].map((row) => ({ kind: 'put', into: 'nodes', row })),
    );
    await gauges.refresh();
    expect(seriesOf('novacron_zone_utilization_ratio', 'cpu')).toEqual([
      ['z1 cpu', 0.5],
      ['z2 cpu', 0],
    ]);
    expect(seriesOf('novacron_zone_utilization_ratio', 'disk')[0]).toEqual(['z1 disk', 0.25]);
    expect(latest.get('novacron_zone_saturated_nodes')).toEqual([
      { labels: { zone: 'z1', resource: 'cpu' }, value: 1 },
      { labels: { zone: 'z1', resource: 'memory' }, value: 1 },
      { labels: { zone: 'z1', resource: 'disk' }, value: 0 },
      { labels: { zone: 'z2', resource: 'cpu' }, value: 0 },
      { labels: { zone: 'z2', resource: 'memory' }, value: 0 },
      { labels: { zone: 'z2', resource: 'disk' }, value: 0 },
    ]);
    expect(seriesOf('novacron_zone_faulty_nodes', 'cpu').map(([, value]) => value)).toEqual([0, 1]);
    expect(seriesOf('novacron_zone_faulty_nodes', 'memory')[0]?.[1]).toBe(0);
    expect(seriesOf('novacron_zone_faulty_nodes', 'disk')[0]?.[1]).toBe(1);
    expect(seriesOf('novacron_node_utilization_ratio', 'cpu')).toEqual([
      [`z1 ${busy.name} cpu`, 1.5],
      [`z1 ${calm.name} cpu`, 0.3],
      [`z2 ${lost.name} cpu`, 0],
    ]);
  });

  test('name no node of a large fleet', async () => {
    await waitForReading(1);
    const fleet = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        kind: 'put' as const,
        into: 'nodes' as const,
        row: { ...nodeRow(`node_${index}`), name: `n${index}`, zone: 'z1' },
      }));
    await commitAll(temporary.store, fleet(300));
    await gauges.refresh();
    expect(latest.get('novacron_node_utilization_ratio')).toHaveLength(900);
    await commitAll(temporary.store, fleet(301));
    await gauges.refresh();
    expect(latest.get('novacron_node_utilization_ratio')).toEqual([]);
    expect(latest.get('novacron_zone_utilization_ratio')).toHaveLength(3);
  });
});

test('audit logs are intact while nothing was found, and as fresh as the oldest', async () => {
  await waitForReading(1);
  expect(readings('novacron_audit_chain_intact')).toEqual([1]);
  const row = ROW_OF_EACH_TABLE.audit_verifications;
  const rows = [
    { ...row, id: 'tnt_a', verified_at_ms: 7_000, broken_at_ms: null },
    { ...row, id: 'tnt_b', verified_at_ms: 5_000, broken_at_ms: 4_000 },
    { ...row, id: 'tnt_c', verified_at_ms: null, broken_at_ms: null },
  ];
  await commitAll(
    temporary.store,
    rows.map((each) => ({ kind: 'put', into: 'audit_verifications', row: each })),
  );
  await gauges.refresh();
  expect(readings('novacron_audit_chain_intact')).toEqual([1, 0]);
  expect(readings('novacron_audit_verified_timestamp_seconds')).toEqual([5]);
});

test('two servers of a store: counters add up, and gauges are the same on both', async () => {
  const ignore = (): void => undefined;
  const servers = [1, 2].map(() => {
    const { telemetry, page } = createPrometheusTelemetry('none');
    const store = observeStore(temporary.store, { telemetry, tracer: NO_TRACER });
    const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
    const { clock, timers } = time;
    const deps = { store, clock, timers, logger, telemetry, serverVersion: '0.0.0', usage: USAGE };
    return { store, page, gauges: startGauges(deps, INTERVAL_MS) };
  });
  const otherwise = problem('conflict', { detail: 'taken', remedy: 'none' });
  const { placement_decisions: decision } = ROW_OF_EACH_TABLE;
  for (const [index, { store }] of servers.entries()) {
    await commitAll(store, [
      { kind: 'put', into: 'nodes', row: nodeRow(`node_${index}`) },
      { kind: 'insert', into: 'audit', row: auditRow(`aud_${index}`), otherwise },
      {
        kind: 'insert',
        into: 'placement_decisions',
        row: { ...decision, id: `pld_${index}` },
        otherwise,
      },
    ]);
  }
  await Promise.all(servers.map(({ gauges: reader }) => reader.refresh()));
  const pages = await Promise.all(
    servers.map(async ({ page }) => readExposition(await page.plain.render())),
  );
  const eachOf = (name: string) => pages.map(({ amountOf }) => amountOf(name));
  expect(eachOf('decisions_made_total')).toEqual([1, 1]);
  expect(eachOf('novacron_audit_entries_total')).toEqual([1, 1]);
  const ofStore = Object.entries<MetricRow>(METRICS).filter(
    ([, { type, about }]) => type === 'gauge' && about === undefined,
  );
  for (const [name] of ofStore) {
    const [one, two] = eachOf(name);
    expect({ name, value: two }).toEqual({ name, value: one });
  }
  expect(eachOf('novacron_nodes')).toEqual([2, 2]);
  for (const { gauges: reader } of servers) reader.stop();
});
