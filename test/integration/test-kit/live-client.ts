/** Callers that remember what they were promised, to hold the server to it after it died. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient } from '@novacron/contract/client';
import type { VmId } from '@novacron/contract/ids';
import { makeRng } from '@novacron/engine/rng';
import { type CallOptions, createHttpCarrier } from '@novacron/testing/http-carrier';

type Call = Client<CallOptions>['call'];

/** What a caller knows of one VM. */
interface Known {
  readonly id: VmId;
  /** Sizes that it may have: the one acknowledged last, and those asked for since. */
  memoryGb: number[];
  deletion: 'none' | 'asked' | 'acknowledged';
}

/** A caller with a memory. */
export interface Caller {
  /** Writes until the signal is aborted or the server is gone. */
  readonly write: (call: Call, signal: AbortSignal) => Promise<void>;
  /** Compares what was promised with what is; the server must be idle. */
  readonly check: (call: Call) => Promise<string[]>;
}

/** The typed client of a server, with the admin's key. */
export function clientOf(url: string, dataDir: string): Call {
  const key = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
  return createClient(createHttpCarrier(url, key)).call;
}

/** Makes a caller whose choices follow from its seed. */
export function makeCaller(seed: string): Caller {
  const rng = makeRng(seed);
  const known: Known[] = [];
  let count = 0;

  async function create(call: Call): Promise<boolean> {
    count += 1;
    const memory_gb = 1 + Math.floor(rng.next() * 4);
    const answer = await call('vm.create', {
      name: `${seed}-${count}`,
      cpu_cores: 1,
      memory_gb,
      disk_gb: 5,
      idempotency_key: `${seed}/${count}`,
    });
    if (!answer.ok) return answer.error.code !== 'unavailable';
    known.push({ id: answer.value.resource.id, memoryGb: [memory_gb], deletion: 'none' });
    return true;
  }

  async function update(call: Call, vm: Known): Promise<boolean> {
    const memory_gb = 1 + Math.floor(rng.next() * 4);
    const asked = [...vm.memoryGb, memory_gb];
    const answer = await call('vm.update', { id: vm.id, memory_gb });
    if (answer.ok) vm.memoryGb = [memory_gb];
    else if (answer.error.code === 'unavailable') vm.memoryGb = asked;
    return answer.ok || answer.error.code !== 'unavailable';
  }

  async function remove(call: Call, vm: Known): Promise<boolean> {
    const answer = await call('vm.delete', { id: vm.id });
    if (answer.ok) vm.deletion = 'acknowledged';
    else if (answer.error.code === 'unavailable') vm.deletion = 'asked';
    return answer.ok || answer.error.code !== 'unavailable';
  }

  async function writeOnce(call: Call): Promise<boolean> {
    const alive = known.filter(({ deletion }) => deletion === 'none');
    const vm = alive[Math.floor(rng.next() * alive.length)];
    const choice = rng.next();
    if (vm === undefined || choice < 0.5) return create(call);
    return choice < 0.75 ? update(call, vm) : remove(call, vm);
  }

  return {
    write: async (call, signal) => {
      while (!signal.aborted && (await writeOnce(call)));
    },
    check: async (call) => {
      const broken = await Promise.all(known.map((vm) => checkVm(call, vm)));
      return broken.filter((text) => text !== '');
    },
  };
}

async function checkVm(call: Call, { id, memoryGb, deletion }: Known): Promise<string> {
  const found = await call('vm.get', { id });
  if (!found.ok && found.error.code !== 'not-found') return `${id}: ${found.error.detail}`;
  if (!found.ok) return deletion === 'none' ? `${id} was promised and is gone` : '';
  if (deletion === 'acknowledged') return `${id} was deleted and is there`;
  const { status, memory_gb } = found.value;
  if (status !== 'running') return `${id} is ${status}`;
  return memoryGb.includes(memory_gb)
    ? ''
    : `${id} has ${memory_gb} GB, not ${memoryGb.join(' or ')}`;
}
