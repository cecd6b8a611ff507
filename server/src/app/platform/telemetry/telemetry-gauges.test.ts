import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../agent/src/test-kit/virtual-time.ts';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import {
  commitAll,
  eventRow,
  nodeRow,
  ROW_OF_EACH_TABLE,
} from '../../../adapters/store/suite/rows.ts';
import { NO_TELEMETRY, type Telemetry } from '../../../ports/telemetry.ts';
import { type GaugeReader, startGauges } from './telemetry-gauges.ts';

const INTERVAL_MS = 30_000;

let time: VirtualTime;
let temporary: Awaited<ReturnType<typeof openTemporaryStore>>;
let gauges: GaugeReader;
let values: Map<string, number[]>;

beforeEach(async () => {
  time = createVirtualTime();
  temporary = await openTemporaryStore();
  values = new Map();
  const set: Telemetry['set'] = (name, series) => {
    const sum = series.reduce((before, { value }) => before + value, 0);
    values.set(name, [...(values.get(name) ?? []), sum]);
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
      usage: {
        ofNode: () => ({ cpuCores: 1.5, memoryMib: 1, measuredAtMs: 0 }),
        historyOf: () => [],
        ofVm: () => undefined,
      },
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
