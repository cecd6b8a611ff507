/**
 * Kills guests of a simulated host. Some die late, and some hang in the kernel (state D), as all do
 * that wait for a storage that hangs: only a reset of the host ends those.
 */
import type { KilledVms } from '@novacron/agent/isolation/isolation-guard';
import { VmId } from '@novacron/contract/ids';
import type { Chance } from '../world/chance.ts';
import type { Kernel } from '../world/kernel.ts';
import type { Host } from './host.ts';

const LATE_RATIO = 0.1;
const LATE_MS = { min: 50, max: 4_000 } as const;
const STUCK_RATIO = 0.05;

/** @param onKill - called before a guest is dead */
export function createKiller(parts: {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly host: () => Host;
  readonly storage: () => 'works' | 'hangs';
  readonly onKill: (host: Host, vmId: string) => void;
  readonly onChange: () => void;
}): (vms: ReadonlySet<string>) => KilledVms {
  const { kernel, chance, onKill, onChange } = parts;
  /** Those that were killed before and do not die at once, by the starts of their guests. */
  const doomed = new Map<string, number | undefined>();

  function die(vmId: string): void {
    const host = parts.host();
    const isRunning = host.machines.some(
      ({ vm_id, status }) => vm_id === vmId && status === 'running',
    );
    if (!isRunning || (host.state !== 'runs' && host.state !== 'hung')) return;
    onKill(host, vmId);
    host.machines = host.machines.map((machine) =>
      machine.vm_id === vmId ? { ...machine, status: 'stopped' } : machine,
    );
    const why = { kind: 'power-off', reason: 'isolated' } as const;
    void kernel.hold(host.fleet.disturb(host.name, VmId.parse(vmId), why));
    onChange();
  }

  function kill(vmId: string): void {
    if (parts.storage() === 'hangs') return;
    const [isLate, isStuck] = [chance.happens(LATE_RATIO), chance.happens(STUCK_RATIO)];
    if (isStuck) return;
    if (isLate) kernel.timers.after(chance.between(LATE_MS.min, LATE_MS.max), () => die(vmId));
    else die(vmId);
  }

  return (vms) => {
    const running = parts
      .host()
      .machines.filter(({ vm_id, status }) => vms.has(vm_id) && status === 'running');
    for (const { vm_id, started_at_ms } of running) {
      const isAgain = doomed.has(vm_id) && doomed.get(vm_id) === started_at_ms;
      if (isAgain) continue;
      if (parts.storage() === 'works') doomed.set(vm_id, started_at_ms);
      kill(vm_id);
    }
    const left = new Set(
      parts.host().machines.flatMap(({ vm_id, status }) => (status === 'running' ? [vm_id] : [])),
    );
    const ids = running.map(({ vm_id }) => vm_id);
    return { killed: ids, alive: ids.filter((id) => left.has(id)) };
  };
}
