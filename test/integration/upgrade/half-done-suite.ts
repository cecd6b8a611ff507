/**
 * What the last release left half-done, on one kind of database: operations of every kind of step
 * end as they should, nothing is done twice, and what was promised is kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { EmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import type { OperationId } from '@novacron/contract/ids';
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation/operation';
import type { StoreConfig } from '@novacron/server/adapters/open-store';
import type { StepAction } from '@novacron/server/app/kernel/definitions/operation-definition';
import type { Tables } from '@novacron/server/ports/tables/tables';
import { waitUntil } from '@novacron/testing/wait-until';
import { findFaults } from '../../scenarios/test-kit/find-faults.ts';
import { inspectFleet } from '../../scenarios/test-kit/inspect-fleet.ts';
import { findDoubleWork } from '../replicas/test-kit/find-double-work.ts';
import { type HalfDone, readHalfDone, writeDataDir } from './load-half-done.ts';
import { type Successor, startOnReleased } from './start-on-released.ts';

// Operations wait for one another in real time, on a machine that may be busy.
jest.setTimeout(120_000);

/** Which database, and how what was left gets into it. */
export interface HalfDoneDatabase {
  readonly name: 'sqlite' | 'postgres';
  readonly write: (dataDir: string, halfDone: HalfDone) => Promise<StoreConfig['store']>;
}

const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };

/** A column for each operation that was under way, and one for what has to come of it. */
const LEFT = [
  'drift.remediate drifted running succeeded',
  'node.drain node-X running succeeded',
  'node.powerup node-big running succeeded',
  'orchestration_policy.webhook hooked running succeeded',
  'snapshot.create during running succeeded',
  'vm.create cancelled undoing failed',
  'vm.create giant running succeeded',
  'vm.create half running succeeded',
  'vm.create scaled-3 running succeeded',
  'vm.create scaled-4 running succeeded',
  'vm.create stuck stuck failed',
  'vm.create to-cancel running failed',
  'vm.create unheard running succeeded',
  'vm.create waiting running succeeded',
  'vm.delete dying running succeeded',
  'vm.delete replaced-1 running succeeded',
  'vm.migrate drained running succeeded',
  'vm.migrate mover running succeeded',
  'vm.stop frozen running succeeded',
  'vm.update drifted running succeeded',
  'vm.update resized running succeeded',
  'vm.update updated-1 running succeeded',
  'vm_group.scale scaled running succeeded',
  'vm_group.update replaced running succeeded',
  'vm_group.update updated running succeeded',
  'volume.update spare running succeeded',
];

/** What the steps that were left begin; everything else was begun by the release. */
const BEGUN = [
  'vm.create replaced-1 succeeded',
  'vm.create replaced-2 succeeded',
  'vm.delete replaced-2 succeeded',
  'vm.update updated-2 succeeded',
];

type NewKind =
  | 'await-guest'
  | 'run-in-guest'
  | 'fence-node'
  | 'cut-off-node'
  | 'reconnect-node'
  | 'write-vm'
  | 'automation'
  | 'report-failures';

/** Every kind of step of the last release, which waited for no guest and fenced no node. */
const KINDS = {
  agent: true,
  'migrate-vm': true,
  'wake-node': true,
  'await-operation': true,
  'change-member': true,
  'replace-member': true,
  'call-write': true,
  'send-webhook': true,
} satisfies { readonly [K in Exclude<StepAction['kind'], NewKind>]: true };

/** Declares the tests. */
export function describeHalfDone(database: HalfDoneDatabase): void {
  describe(`what the last release left half-done, on ${database.name}`, () => {
    const halfDone = readHalfDone(database.name);
    let dataDir = '';
    let server: Successor;
    let fleet: EmbeddedFleet | undefined;

    beforeEach(async () => {
      dataDir = mkdtempSync(join(tmpdir(), 'novacron-half-done-'));
      writeDataDir(dataDir, halfDone);
      const store = await database.write(dataDir, halfDone);
      server = await startOnReleased(dataDir, halfDone, store);
    });
    afterEach(async () => {
      await server?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });

    const operations = () => server.store.read({ from: 'operations' });

    async function ended(id: OperationId) {
      const found = await server.expectOk('operation.wait', { id, timeout_ms: 10_000 });
      return OPERATION_STATUSES_FINAL.includes(found.status) ? found : undefined;
    }

    /** The operation of a kind and a target that has not succeeded. */
    async function left(kind: string, target: string): Promise<OperationId> {
      const found = (await operations()).find(
        (row) => row.kind === kind && row.target_name === target && row.status !== 'succeeded',
      );
      if (found === undefined) throw new Error(`${kind} of ${target} was left`);
      return found.id as OperationId;
    }

    async function endAll(): Promise<void> {
      await waitUntil(
        'the end of every operation',
        async () => {
          const rows = await operations();
          const isEnded = rows.every(({ status }) => status !== 'running' && status !== 'undoing');
          return isEnded || undefined;
        },
        { timeoutMs: 60_000 },
      );
    }

    async function vmNamed(name: string) {
      const [vm] = (await server.expectOk('vm.list', { name })).items;
      return vm;
    }

    test('is all there is to resume: operations with every kind of step', async () => {
      const unfinished = (await operations()).filter(({ status }) => status !== 'succeeded');
      expect(unfinished.map(describeRow).toSorted()).toEqual(
        LEFT.map((line) => line.slice(0, line.lastIndexOf(' '))),
      );
      const kinds = new Set(unfinished.flatMap(kindsOf));
      expect([...kinds].toSorted()).toEqual(Object.keys(KINDS).toSorted());
    });

    test('ends as it should, and nothing is done twice', async () => {
      const before = await operations();
      const stuck = await left('vm.create', 'stuck');
      await server.expectOk('operation.cancel', { id: await left('vm.create', 'to-cancel') });
      fleet = await server.resume();
      await endAll();
      await server.expectOk('operation.retry', { id: stuck });
      // Its undoing goes on where it could not.
      expect(await ended(stuck)).toMatchObject({ status: 'failed' });
      await endAll();

      const known = new Map(before.map((row) => [row.id, row]));
      const after = await operations();
      const resumed = after.flatMap((row) => {
        const was = known.get(row.id);
        return was === undefined || was.status === 'succeeded'
          ? []
          : [`${describeRow(was)} ${row.status}`];
      });
      expect(resumed.toSorted()).toEqual(LEFT);
      // A step that is tried again may find nothing left to do: its operation then has no step.
      const begun = after.filter((row) => !known.has(row.id) && kindsOf(row).length > 0);
      expect(begun.map(describeRow).toSorted()).toEqual(BEGUN);

      expect(await findVms(server)).toEqual([
        'busy-disk running 1 4',
        'drained running 1 4',
        'drifted running 1 4',
        'frozen stopped 1 4',
        'giant running 1 4',
        'half running 1 4',
        'mover running 1 4',
        'replaced-1 running 1 2',
        'replaced-2 running 1 2',
        'resized running 3 4',
        'scaled-1 running 1 4',
        'scaled-2 running 1 4',
        'scaled-3 running 1 4',
        'scaled-4 running 1 4',
        'steady running 1 4',
        'unheard running 1 4',
        'updated-1 running 2 4',
        'updated-2 running 2 4',
        'waiting running 1 4',
      ]);
      const { items: groups } = await server.expectOk('vm_group.list', {});
      expect(groups.map(({ name, size, status }) => `${name} ${size} ${status}`)).toEqual([
        'scaled 4 ready',
        'updated 2 ready',
        'replaced 2 ready',
      ]);
      const [spare] = (await server.expectOk('volume.list', { name: 'spare' })).items;
      expect(spare).toMatchObject({
        status: 'attached',
        attached_to: (await vmNamed('busy-disk'))?.id,
      });
      expect((await server.expectOk('drift.report', {})).items).toEqual([]);
      expect(server.webhooks.map(({ headers }) => headers['webhook-id'])).toEqual(
        after.filter(({ kind }) => kind.endsWith('.webhook')).map(({ id }) => id),
      );
      expect(await findDoubleWork(server.store)).toEqual([]);
      const machines = await inspectFleet(fleet);
      expect(await findFaults({ store: server.store, machines })).toEqual([]);
      expect(server.errors).toEqual([]);
    });

    test('keeps what it was shown and what it reserved', async () => {
      const [shown] = (await server.expectOk('placement_preview.list', {})).items;
      const [room] = (await server.expectOk('reservation.list', { name: 'room' })).items;
      if (shown === undefined || room === undefined) throw new Error('both were left');
      await server.resume();
      await endAll();
      const foreseen = await server.expectOk('vm.create', { ...SIZE, name: 'foreseen' });
      expect({ node: foreseen.resource.node, notices: foreseen.notices }).toEqual({
        node: shown.node,
        notices: [],
      });
      expect((await server.expectOk('placement_preview.list', {})).items).toEqual([]);
      const asked = { ...SIZE, name: 'roomy', cpu_cores: 4, reservation_id: room.id };
      const roomy = await server.expectOk('vm.create', asked);
      expect(roomy.resource.node).toBe(room.node);
      expect((await server.expectOk('reservation.list', {})).items).toEqual([]);
      for (const { operation } of [foreseen, roomy]) {
        expect(await ended(operation.id)).toMatchObject({ status: 'succeeded' });
      }
    });

    test('is judged by the policies that were signed, and its log verifies', async () => {
      await server.resume();
      await endAll();
      const refused = await server.call('vm.create', { ...SIZE, name: 'huge', memory_gb: 9 });
      expect(refused).toMatchObject({ ok: false, error: { code: 'policy-denied' } });
      const { entries } = await server.expectOk('audit.verify', {});
      expect(entries).toBeGreaterThan(halfDone.rows.audit?.length ?? 0);
      const { items: keys } = await server.expectOk('api_key.list', {});
      expect(keys.map(({ name, role }) => `${name} ${role}`)).toContain('robot deployer');
      const { items: tenants } = await server.expectOk('tenant.list', {});
      expect(tenants.map(({ name }) => name)).toContain('research');
    });
  });
}

function describeRow({ kind, target_name, status }: Tables['operations']): string {
  // Which of the two large nodes is drained is chance.
  const target = kind === 'node.drain' ? 'node-X' : target_name;
  return `${kind} ${target} ${status}`;
}

function kindsOf({ definition_json }: Tables['operations']): string[] {
  const { steps } = JSON.parse(definition_json);
  return steps.map((step: { readonly action: StepAction }) => step.action.kind);
}

async function findVms({ expectOk }: Successor): Promise<string[]> {
  const { items } = await expectOk('vm.list', { limit: 100 });
  return items
    .map(({ name, status, memory_gb, disk_gb }) => `${name} ${status} ${memory_gb} ${disk_gb}`)
    .toSorted();
}
