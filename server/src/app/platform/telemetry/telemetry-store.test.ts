import { expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { NO_TRACER } from '@novacron/tracing/tracer';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import { ROW_OF_EACH_TABLE } from '../../../adapters/store/suite/rows.ts';
import type { Change } from '../../../ports/store.ts';
import { NO_TELEMETRY, type Telemetry } from '../../../ports/telemetry.ts';
import { observeStore } from './telemetry-store.ts';

const otherwise = problem('conflict', { detail: 'taken', remedy: 'none' });
const { placement_decisions, scaling_events } = ROW_OF_EACH_TABLE;
const DECISIONS: readonly Change[] = [
  { kind: 'insert', into: 'placement_decisions', row: placement_decisions, otherwise },
  { kind: 'put', into: 'scaling_events', row: scaling_events },
];

test('decisions are counted by their kind once they are committed', async () => {
  const temporary = await openTemporaryStore();
  const counted: string[] = [];
  const count: Telemetry['count'] = (name, labels) => {
    if (name === 'decisions_made_total') counted.push(Object.values(labels).join());
  };
  const telemetry = { ...NO_TELEMETRY, count };
  const store = observeStore(temporary.store, { telemetry, tracer: NO_TRACER });
  expect(await store.commit(DECISIONS)).toEqual(ok(undefined));
  expect(counted).toEqual(['placement', 'scaling']);
  expect(await store.commit(DECISIONS)).toEqual(err(otherwise));
  expect(counted).toEqual(['placement', 'scaling']);
  await temporary.remove();
});

test('decisions about sizes are counted when they are made and when they end', async () => {
  const temporary = await openTemporaryStore();
  const counted: string[] = [];
  const count: Telemetry['count'] = (name, labels) => {
    if (name === 'novacron_scaling_decisions_total') counted.push(Object.values(labels).join());
  };
  const telemetry = { ...NO_TELEMETRY, count };
  const store = observeStore(temporary.store, { telemetry, tracer: NO_TRACER });
  const row = { ...scaling_events, scaling_outcome: 'running' };
  const end = (scaling_outcome: string): Change => ({
    kind: 'patch',
    table: 'scaling_events',
    id: row.id,
    set: { scaling_outcome },
  });
  await store.commit([{ kind: 'put', into: 'scaling_events', row }]);
  await store.commit([end('measuring')]);
  await store.commit([end('succeeded')]);
  expect(counted).toEqual(['running', 'succeeded']);
  await temporary.remove();
});

test('findings of compliance are counted when they are opened, not when they change', async () => {
  const temporary = await openTemporaryStore();
  const counted: string[] = [];
  const count: Telemetry['count'] = (name, labels) => {
    if (name === 'compliance_violations_total') counted.push(Object.values(labels).join());
  };
  const telemetry = { ...NO_TELEMETRY, count };
  const store = observeStore(temporary.store, { telemetry, tracer: NO_TRACER });
  const row = { ...ROW_OF_EACH_TABLE.compliance_findings, severity: 'critical' };
  await store.commit([{ kind: 'put', into: 'compliance_findings', row }]);
  const set = { state: 'resolved' };
  await store.commit([{ kind: 'patch', table: 'compliance_findings', id: row.id, set }]);
  expect(counted).toEqual(['critical']);
  await temporary.remove();
});

test('recommendations are counted when they are followed, and by what came of them', async () => {
  const temporary = await openTemporaryStore();
  const counted: string[] = [];
  const count: Telemetry['count'] = (name, labels) => {
    if (name === 'optimization_recommendations_total') counted.push(Object.values(labels).join());
  };
  const telemetry = { ...NO_TELEMETRY, count };
  const store = observeStore(temporary.store, { telemetry, tracer: NO_TRACER });
  const { recommendations: row } = ROW_OF_EACH_TABLE;
  await store.commit([{ kind: 'put', into: 'recommendations', row }]);
  const set = { state: 'taken_back' };
  await store.commit([{ kind: 'patch', table: 'recommendations', id: row.id, set }]);
  expect(counted).toEqual(['applied', 'taken_back']);
  await temporary.remove();
});
