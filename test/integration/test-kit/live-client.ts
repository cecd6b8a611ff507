/** Callers that remember what they were promised, to hold the server to it after it died. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@novacron/contract/client/client';
import type { VmId, VolumeId } from '@novacron/contract/ids';
import type { Problem, ProblemCode } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import { type Memory, makeMemory } from './caller-memory.ts';
import type { Call, World } from './world.ts';

/** A caller with a memory. */
export interface Caller {
  /** Writes until the signal is aborted or the server is gone. */
  readonly write: (call: Call, signal: AbortSignal) => Promise<void>;
  /** Repeats the creates whose answers were lost, under their keys. */
  readonly settle: (call: Call) => Promise<void>;
  /** Compares what was promised with what is; the server must be idle and all settled. */
  readonly check: (world: World) => readonly string[];
  /** Ids of everything that it has made, that was acknowledged to it. */
  readonly ids: () => readonly string[];
  /** Numbers of acknowledged writes and of writes without a response. */
  readonly counts: () => { readonly acknowledged: number; readonly unknown: number };
}

/** The typed client of a server, with the admin's key. */
export function clientOf(url: string, dataDir: string): Call {
  const key = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
  return createClient(createHttpCarrier(url, key)).call;
}

/** Refusals that are right: the resource is at work, the fleet is full. */
const HONEST: readonly ProblemCode[] = ['conflict', 'no-capacity'];

/** Above this number of VMs a caller prefers to delete. */
const VMS_MAX = 12;

type Outcome<T> =
  | { readonly kind: 'acknowledged'; readonly value: T }
  | { readonly kind: 'refused' | 'unknown' };

/** Makes a caller whose choices follow from its seed. */
export function makeCaller(seed: string): Caller {
  const rng = makeRng(seed);
  const memory = makeMemory<Call>();
  const surprises: string[] = [];
  const counts = { acknowledged: 0, unknown: 0 };

  function note<T>(what: string, answer: Result<T, Problem>): Outcome<T> {
    if (answer.ok) {
      counts.acknowledged += 1;
      return { kind: 'acknowledged', value: answer.value };
    }
    const { code, detail } = answer.error;
    if (code === 'unavailable') {
      counts.unknown += 1;
      return { kind: 'unknown' };
    }
    if (!HONEST.includes(code)) surprises.push(`${what} was refused: ${code}: ${detail}`);
    return { kind: 'refused' };
  }

  async function settle(call: Call): Promise<void> {
    for (const repeat of memory.takeUnanswered()) await repeat(call);
  }

  const act = makeActs({ seed, memory, between, note });

  function between(from: number, to: number): number {
    return from + Math.floor(rng.next() * (to - from + 1));
  }

  function chooseAct(): (call: Call) => Promise<Outcome<unknown>['kind']> {
    const vm = memory.pick('vm', rng.next());
    const volume = memory.pick('volume', rng.next());
    const choice = rng.next();
    if (vm === undefined || choice < 0.3) {
      const isFull = memory.count('vm') >= VMS_MAX;
      return isFull && vm !== undefined
        ? (call) => act.deleteVm(call, vm as VmId)
        : (call) => act.createVm(call);
    }
    const id = vm as VmId;
    if (choice < 0.45) return (call) => act.resizeVm(call, id);
    if (choice < 0.55) return (call) => act.powerVm(call, id);
    if (choice < 0.62) {
      // Only what runs can move.
      return memory.hasStatus(id, 'running')
        ? (call) => act.migrateVm(call, id)
        : (call) => act.powerVm(call, id);
    }
    if (choice < 0.7) return (call) => act.deleteVm(call, id);
    if (volume === undefined || choice < 0.8) return (call) => act.createVolume(call, id);
    if (choice < 0.95) return (call) => act.changeVolume(call, { id: volume as VolumeId, vm: id });
    return (call) => act.deleteVolume(call, volume as VolumeId);
  }

  return {
    write: async (call, signal) => {
      await settle(call);
      while (!signal.aborted && !memory.hasUnanswered() && (await chooseAct()(call)) !== 'unknown');
    },
    settle,
    check: (world) => [...surprises.splice(0), ...memory.check(world)],
    ids: memory.ids,
    counts: () => ({ ...counts }),
  };
}

interface ActParts {
  readonly seed: string;
  readonly memory: Memory<Call>;
  readonly between: (from: number, to: number) => number;
  readonly note: <T>(what: string, answer: Result<T, Problem>) => Outcome<T>;
}

/** Returns the actions of a caller; each records its outcome. */
function makeActs({ seed, memory, between, note }: ActParts) {
  let count = 0;

  function nextName(kind: string) {
    count += 1;
    return { name: `${seed}-${kind}-${count}`, idempotency_key: `${seed}/${kind}/${count}` };
  }

  async function createVm(call: Call, input = vmInput()): Promise<Outcome<unknown>['kind']> {
    const outcome = note('vm.create', await call('vm.create', input));
    if (outcome.kind === 'unknown') {
      memory.keepUnanswered(async (later) => void (await createVm(later, input)));
    }
    if (outcome.kind === 'acknowledged') {
      const { id } = outcome.value.resource;
      memory.add({ kind: 'vm', id, state: { memory_gb: input.memory_gb, status: 'running' } });
    }
    return outcome.kind;
  }

  function vmInput() {
    return { ...nextName('vm'), cpu_cores: 1, memory_gb: between(1, 4), disk_gb: 5 };
  }

  async function createVolume(
    call: Call,
    vm: VmId,
    input = {
      ...nextName('volume'),
      size_gb: between(1, 20),
      ...(count % 3 && { attached_to: vm }),
    },
  ): Promise<Outcome<unknown>['kind']> {
    const outcome = note('volume.create', await call('volume.create', input));
    if (outcome.kind === 'unknown') {
      memory.keepUnanswered(async (later) => void (await createVolume(later, vm, input)));
    }
    if (outcome.kind === 'acknowledged') {
      const { id } = outcome.value.resource;
      const state = { size_gb: input.size_gb, attached_to: input.attached_to ?? null };
      memory.add({ kind: 'volume', id, state });
    }
    return outcome.kind;
  }

  return {
    createVm: (call: Call) => createVm(call),
    createVolume: (call: Call, vm: VmId) => createVolume(call, vm),
    resizeVm: async (call: Call, id: VmId) => {
      const memory_gb = between(1, 4);
      const { kind } = note('vm.update', await call('vm.update', { id, memory_gb }));
      memory.change(kind, id, (state) => ({ ...state, memory_gb }));
      return kind;
    },
    powerVm: async (call: Call, id: VmId) => {
      const stops = between(0, 1) === 0;
      const answer = stops
        ? await call('vm.stop', { id, force: between(0, 1) === 0 ? 'yes' : 'no' })
        : await call('vm.start', { id });
      const { kind } = note('the power of a VM', answer);
      memory.change(kind, id, (state) => ({ ...state, status: stops ? 'stopped' : 'running' }));
      return kind;
    },
    migrateVm: async (call: Call, id: VmId) => {
      return note('vm.migrate', await call('vm.migrate', { id })).kind;
    },
    deleteVm: async (call: Call, id: VmId) => {
      const { kind } = note('vm.delete', await call('vm.delete', { id }));
      memory.remove(kind, id);
      return kind;
    },
    changeVolume: async (call: Call, { id, vm }: { readonly id: VolumeId; readonly vm: VmId }) => {
      count += 1;
      // A size that no volume of this caller has had: volumes only grow.
      const wanted = [{ attached_to: vm }, { attached_to: null }, { size_gb: 20 + count }];
      const change = wanted[between(0, 2)] ?? {};
      const { kind } = note('volume.update', await call('volume.update', { id, ...change }));
      memory.change(kind, id, (state) => ({ ...state, ...change }));
      return kind;
    },
    deleteVolume: async (call: Call, id: VolumeId) => {
      const { kind } = note('volume.delete', await call('volume.delete', { id }));
      memory.remove(kind, id);
      return kind;
    },
  };
}
