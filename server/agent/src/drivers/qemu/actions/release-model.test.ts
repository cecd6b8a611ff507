/**
 * A pair of QEMU processes as far as a migration is concerned, with the driver's own actions at
 * both sides: whatever is killed, cut off or undone at whatever moment, at most one guest runs, and
 * one does in the end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import type { Timers } from '@novacron/runtime/timers';
import fc from 'fast-check';
import { createSampleIds, sampleSpec } from '../../../test-kit/samples.ts';
import { placesIn } from '../files/directories.ts';
import { writeStored } from '../files/stored-json.ts';
import type { Hardware } from '../machine/hardware.ts';
import type { MachineRecord } from '../machine/machine-record.ts';
import type { Machines } from '../machine/machines.ts';
import { actionOf, type QemuNode } from '../machine/qemu-node.ts';
import { type QmpClient, QmpError } from '../qmp/open-qmp-client.ts';
import { activateMachine, migrateMachine } from './send-machine.ts';

const RUNS = 150;
const ROUNDS_MAX = 400;

const EVENTS = [
  'nothing',
  'nothing',
  'qemu advances',
  'qemu advances',
  'source agent dies',
  'target agent dies',
  'agents return',
  'network is cut',
  'network is back',
  'server activates',
  'server undoes',
] as const;
type Event = (typeof EVENTS)[number];
type Side = 'source' | 'target';

const vmId = createSampleIds()('vm');

/** Hardware of a machine that was switched on, without network interfaces. */
const HARDWARE: Hardware = {
  machine_type: 'pc-q35-7.2',
  accelerator: 'tcg',
  cpu_model: 'max',
  cpu_host: 'none',
  cpu_cores: 2,
  cpu_cores_max: 2,
  disk_queues: 2,
  memory_mib: 2_048,
  memory_mib_boot: 2_048,
  memory_mib_max: 2_048,
  template: 'default',
  nic: null,
  volumes: [],
};
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'release-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** One process of QEMU. */
interface Process {
  isAlive: boolean;
  runState: string;
  migration: string;
}

function makeWorld(events: readonly Event[]) {
  const left = [...events];
  const qemu: Record<Side, Process> = {
    source: { isAlive: true, runState: 'running', migration: 'none' },
    target: { isAlive: true, runState: 'inmigrate', migration: 'setup' },
  };
  const records: Record<Side, MachineRecord> = {
    source: recordOf('here'),
    target: recordOf('incoming'),
  };
  /** Numbers of the starts of the agents; undefined while one is away. */
  const agents: Record<Side, number | undefined> = { source: 1, target: 1 };
  let starts = 1;
  let network: 'up' | 'cut' = 'up';
  let report: 'planned' | 'none' = 'none';
  let most = 1;
  const busy: Record<Side, Promise<unknown>> = {
    source: Promise.resolve(),
    target: Promise.resolve(),
  };

  function check(): void {
    const running = Object.values(qemu).filter(
      (each) => each.isAlive && each.runState === 'running',
    );
    most = Math.max(most, running.length);
  }

  function failMigration(status: string): void {
    qemu.source.migration = status;
    qemu.source.runState = 'running';
    qemu.target.isAlive = false;
  }

  function happen(event: Event): void {
    switch (event) {
      case 'qemu advances':
        if (qemu.source.migration !== 'active') break;
        if (network === 'cut' || !qemu.target.isAlive) failMigration('failed');
        else {
          Object.assign(qemu.source, { migration: 'completed', runState: 'postmigrate' });
          Object.assign(qemu.target, { migration: 'completed', runState: 'paused' });
        }
        break;
      case 'source agent dies':
        agents.source = undefined;
        break;
      case 'target agent dies':
        agents.target = undefined;
        break;
      case 'agents return':
        restart();
        break;
      case 'network is cut':
        network = 'cut';
        break;
      case 'network is back':
        network = 'up';
        break;
      // It only does so when it knows that the migration has succeeded.
      case 'server activates':
        if (records.source.released === 'yes') command('target', 'activate');
        break;
      case 'server undoes':
        command('source', 'activate');
        break;
      default:
    }
    check();
  }

  /** Something may happen between any two things that an agent does; one that died does no more. */
  async function pass(side: Side, start: number): Promise<void> {
    await Promise.resolve();
    const event = left.shift();
    if (event !== undefined) happen(event);
    if (agents[side] !== start) await new Promise(() => undefined);
  }

  function monitorOf(side: Side, start: number): QmpClient {
    const own = qemu[side];
    const answers: Record<string, () => unknown> = {
      'query-migrate': () => ({ status: own.migration }),
      'query-status': () => ({ status: own.runState }),
      'query-memory-size-summary': () => ({ 'base-memory': 0 }),
      migrate: () => {
        if (network === 'cut' || !qemu.target.isAlive) own.migration = 'failed';
        else Object.assign(own, { migration: 'active' });
      },
      migrate_cancel: () => {
        if (own.migration === 'active') failMigration('cancelled');
      },
      cont: () => {
        own.runState = 'running';
      },
    };
    return {
      execute: async (name) => {
        await pass(side, start);
        if (!own.isAlive) throw new QmpError('closed', 'closed');
        const answer = answers[name]?.() ?? [];
        check();
        return answer;
      },
    } as Pick<QmpClient, 'execute'> as QmpClient;
  }

  function nodeOf(side: Side): QemuNode {
    const start = agents[side] ?? 0;
    const places = placesIn({ runDir: join(directory, side), storageDir: directory, node: side });
    const update: Machines['update'] = (_id, change) => {
      if (agents[side] === start) records[side] = { ...records[side], ...change };
    };
    const machines = {
      find: () => records[side],
      processOf: () => (qemu[side].isAlive ? { pid: 1 } : undefined),
      update,
      monitorOf: async () => monitorOf(side, start),
      awaitEnd: async () => (qemu[side].isAlive ? 'running' : 'ended'),
    } as unknown as Machines;
    const timers: Timers = {
      after: (_ms, callback) => {
        const timer = setImmediate(() => void pass(side, start).then(callback));
        return () => clearImmediate(timer);
      },
    };
    const releases = {
      plan: () => {
        report = 'planned';
      },
      tell: () => undefined,
    } as unknown as QemuNode['releases'];
    return {
      name: side,
      places,
      machines,
      releases,
      timers,
      migrationAddress: '127.0.0.1',
      guestMs: 1,
      silences: new Map(),
      programs: { qemu: 'none', image: 'none' },
    } as unknown as QemuNode;
  }

  /** One action after another at each side, as lanes have it; one whose agent dies never ends. */
  function command(side: Side, what: 'migrate' | 'activate'): void {
    const start = agents[side];
    if (start === undefined) return;
    const order = { vm_id: vmId, generation: 1, signal: new AbortController().signal };
    busy[side] = busy[side].then(async () => {
      if (agents[side] !== start) return;
      const action = actionOf(nodeOf(side), order);
      const target = { ...TARGET };
      const work =
        what === 'migrate'
          ? migrateMachine(action, { toNode: 'target', release: 'yes', target })
          : activateMachine(action, side === 'target' ? 'released' : undefined);
      let isDone = false;
      const done = work
        .catch(() => undefined)
        .finally(() => {
          isDone = true;
        });
      await Promise.race([done, death(side, start, () => isDone)]);
    });
  }

  async function death(side: Side, start: number, isDone: () => boolean): Promise<void> {
    while (agents[side] === start && !isDone()) await new Promise(setImmediate);
  }

  function restart(): void {
    for (const side of ['source', 'target'] as const) {
      if (agents[side] !== undefined) continue;
      starts += 1;
      agents[side] = starts;
      // The journal has the command, and it is run again.
      if (side === 'source') command('source', 'migrate');
    }
  }

  return {
    qemu,
    records,
    command,
    most: () => most,
    /** Everything is back, and what is planned is reported. The server is away for good. */
    settle: async () => {
      // Also while both agents are away, something happens.
      while (left.length > 0) {
        await new Promise(setImmediate);
        happen(left.shift() ?? 'nothing');
      }
      network = 'up';
      restart();
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        happen('qemu advances');
        const isOver = await isQuiet(busy);
        const isReported = records.source.released !== 'yes' || records.target.phase === 'here';
        if (isOver && isReported) break;
        if (report === 'planned' && !isReported) command('target', 'activate');
      }
    },
  };
}

async function isQuiet(busy: Readonly<Record<Side, Promise<unknown>>>): Promise<boolean> {
  const waited = new Promise((resolve) => setImmediate(resolve, 'waited'));
  const ended = Promise.all([busy.source, busy.target]).then(() => 'ended');
  return (await Promise.race([ended, waited])) === 'ended';
}

const TARGET = {
  host: '127.0.0.1',
  memory_port: 1,
  release_port: 2,
  disk_port: null,
  disks: [],
  key: '00',
};

function recordOf(phase: MachineRecord['phase']): MachineRecord {
  const vm_id: VmId = vmId;
  const spec = sampleSpec();
  return { vm_id, generation: 1, spec, volumes: [], phase, migrated_to: null, stop_reason: null };
}

test('at most one guest runs, and one does in the end, whatever happens in between', async () => {
  let released = 0;
  const property = fc.asyncProperty(
    fc.array(fc.constantFrom(...EVENTS), { maxLength: 60 }),
    async (events) => {
      const owner = { node: 'source', state: 'made' };
      writeStored(join(directory, 'disks', vmId, 'owner.json'), owner);
      const places = placesIn({ runDir: directory, storageDir: directory, node: 'source' });
      writeStored(places.hardware(vmId), HARDWARE);
      const world = makeWorld(events);
      world.command('source', 'migrate');
      await world.settle();
      expect(world.most()).toBe(1);
      const { source, target } = world.qemu;
      const isReleased = world.records.source.released === 'yes';
      if (isReleased) released += 1;
      expect([source.runState === 'running', target.runState === 'running']).toEqual(
        isReleased ? [false, true] : [true, false],
      );
    },
  );
  await fc.assert(property, { numRuns: RUNS });
  // Both ends are reached.
  expect(released).toBeGreaterThan(0);
  expect(released).toBeLessThan(RUNS);
});
