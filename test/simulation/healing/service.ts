/**
 * Availability of VMs, derived from the actual state of hosts, networks and storage: which VMs
 * serve, their downtimes, and VMs that are live twice. A VM is live while it can still write or
 * send: also on a host that hangs, and for a moment after its power went.
 */
import type { SimulatedMachine } from '@novacron/agent/drivers/simulator/machine-store';
import type { Host } from './host.ts';
import type { Hosts } from './hosts.ts';

/** From the start of a machine until its guest serves. Unit: ms. */
export const BOOT_MS = 2_000;

/** A write that is under way when the power goes may reach the storage for this long. Unit: ms. */
export const IN_FLIGHT_MS = 100;

/** A guest whose storage refuses it stops at its next write, at the latest. Unit: ms. */
const NEXT_WRITE_MS = 5_000;

/** A guest of a resumed host is dead after this, or the watchdog resets the host. Unit: ms. */
const RESUMED_MS_MAX = 40_000;

/** A VM as it is. */
export interface Served {
  readonly id: string;
  /** The host on which it runs, or ran last. */
  host: string;
  /** Since when its machine runs; undefined where none does. Unit: ms. */
  runsSinceMs: number | undefined;
  /** Time at which the guest began to boot, by the clock of its host. Unit: ms. */
  bootedAtMs: number | undefined;
  /** Whether its guest hangs until it is started again. */
  guest: 'works' | 'hangs';
  serves: boolean;
  /** Whether it serves and the server knows where: `unknown` is down. */
  isUp: boolean;
  downSinceMs: number | undefined;
  /** Cause of the last stop: a server or an agent (`us`), or a fault. */
  stoppedBy: 'us' | 'fault';
}

/** A machine that can write or send. */
interface LiveMachine {
  readonly host: Host;
  readonly machine: SimulatedMachine;
}

function hangs({ hung_at_ms: hungAtMs, started_at_ms: bootedAtMs }: SimulatedMachine): boolean {
  return hungAtMs !== undefined && hungAtMs === bootedAtMs;
}

/** Copy that outlives a fence because it is cut off, or its host was suspended. */
export interface LeftCopy {
  readonly vm: string;
  /** `answers`: it writes no more and may still send; `resumed`: it goes on until it is killed. */
  readonly kind: 'answers' | 'resumed';
  /** Unit: ms. */
  readonly forMs: number;
}

/** The service of a fleet. */
export interface Service {
  readonly vms: ReadonlyMap<string, Served>;
  readonly add: (vmId: string) => void;
  /** It was deleted. */
  readonly remove: (vmId: string) => void;
  readonly storage: () => 'works' | 'hangs';
  /** Looks again at everything. */
  readonly refresh: () => void;
  /** Servers say that a node is lost, or answers. */
  readonly lost: Set<string>;
  /** While it hangs, no guest serves. */
  readonly setStorage: (state: 'works' | 'hangs') => void;
  /** Records that writes in progress on a host may still arrive. */
  readonly linger: (host: Host, onlyVm?: string) => void;
  /** Something stopped a guest that neither a server nor an agent has done. */
  readonly strike: (vmId: string) => void;
  /** Health checks of these VMs fail although they serve. */
  readonly lies: Set<string>;
  /** Copies that what is known of fences allows, see docs/explanation/simulation.md. */
  readonly left: () => readonly LeftCopy[];
  /** VMs that were live twice, a sentence each. */
  readonly twice: readonly string[];
  /** Sum over all VMs. Unit: ms. */
  readonly downMs: () => number;
  readonly changedAtMs: () => number;
}

/** @param onTurn - a VM went down or came up */
export function watchService(parts: {
  readonly hosts: () => Hosts | undefined;
  readonly nowMs: () => number;
  readonly after: (delayMs: number, callback: () => void) => void;
  readonly onTurn: (vm: Served) => void;
}): Service {
  const { nowMs, after, onTurn } = parts;
  const vms = new Map<string, Served>();
  const lost = new Set<string>();
  const lingering = new Map<string, { readonly host: string; readonly untilMs: number }>();
  const twice: string[] = [];
  const left: LeftCopy[] = [];
  /** Since when a VM has run on a resumed host and elsewhere. */
  const resumed = new Map<string, number>();
  const answering = new Set<string>();
  const struck = new Set<string>();
  const lies = new Set<string>();
  let storage: 'works' | 'hangs' = 'works';
  let downMs = 0;
  let changedAtMs = nowMs();

  function findLive(): ReadonlyMap<string, readonly LiveMachine[]> {
    const live = new Map<string, LiveMachine[]>();
    for (const host of parts.hosts()?.all ?? []) {
      if (host.state !== 'runs' && host.state !== 'hung') continue;
      if (host.storage === 'cut_off') continue;
      for (const machine of host.machines) {
        const { vm_id, status } = machine;
        if (status !== 'running') continue;
        live.set(vm_id, [...(live.get(vm_id) ?? []), { host, machine }]);
      }
    }
    return live;
  }

  function checkTwice(vm: Served, live: readonly LiveMachine[]): void {
    const last = lingering.get(vm.id);
    const names = live.map(({ host }) => host.name);
    if (last !== undefined && last.untilMs > nowMs()) names.push(last.host);
    const distinct = [...new Set(names)];
    if (distinct.length > 1 && !isLeft(vm, distinct)) {
      twice.push(`${vm.id} is live on ${distinct.join(' and ')}`);
    }
    if (distinct.length < 2) endLeft(vm);
    if (live.length > 0) noteAnswers(vm);
  }

  /** A host that was suspended kills what it guards when it is resumed, and not before. */
  function isLeft({ id }: Served, names: readonly string[]): boolean {
    const resumedMs = (name: string): number => parts.hosts()?.find(name).resumedAtMs ?? 0;
    const returned = names.filter((name) => nowMs() - resumedMs(name) < RESUMED_MS_MAX);
    if (returned.length === 0 || names.length - returned.length > 1) return false;
    if (!resumed.has(id)) {
      resumed.set(id, nowMs());
      after(RESUMED_MS_MAX, refresh);
    }
    return true;
  }

  function endLeft({ id }: Served): void {
    const sinceMs = resumed.get(id);
    if (sinceMs === undefined) return;
    resumed.delete(id);
    left.push({ vm: id, kind: 'resumed', forMs: nowMs() - sinceMs });
  }

  /** A guest that was cut off answers from its memory until it writes. */
  function noteAnswers({ id }: Served): void {
    for (const { state, storage: access, cutOffAtMs, machines } of parts.hosts()?.all ?? []) {
      const forMs = cutOffAtMs + NEXT_WRITE_MS - nowMs();
      if (access !== 'cut_off' || state !== 'runs' || forMs <= 0) continue;
      const isThere = machines.some(({ vm_id, status }) => vm_id === id && status === 'running');
      const key = `${id} ${cutOffAtMs}`;
      if (!isThere || answering.has(key)) continue;
      answering.add(key);
      left.push({ vm: id, kind: 'answers', forMs });
    }
  }

  function look(vm: Served, [live]: readonly LiveMachine[]): void {
    const host = live?.host;
    // Whatever hung is gone with its process, or with its boot.
    const isHung = live !== undefined && hangs(live.machine) && !lies.has(vm.id);
    vm.guest = isHung ? 'hangs' : 'works';
    if (live === undefined) {
      vm.runsSinceMs = undefined;
    } else {
      const { name } = live.host;
      const { started_at_ms: bootedAtMs } = live.machine;
      const cameLive = vm.serves && vm.host !== name;
      const hasRebooted = vm.host === name && vm.bootedAtMs !== bootedAtMs;
      if (vm.runsSinceMs === undefined || hasRebooted) {
        vm.runsSinceMs = nowMs() - (cameLive ? BOOT_MS : 0);
        after(BOOT_MS, refresh);
      }
      vm.host = name;
      vm.bootedAtMs = bootedAtMs;
    }
    const hasBooted = vm.runsSinceMs !== undefined && nowMs() - vm.runsSinceMs >= BOOT_MS;
    const isReached = host?.state === 'runs' && host.dataNetwork === 'up' && storage === 'works';
    vm.serves = hasBooted && isReached && vm.guest === 'works';
    const isUp = vm.serves && !lost.has(vm.host);
    if (isUp === vm.isUp) return;
    vm.isUp = isUp;
    const isStruck = struck.delete(vm.id);
    // Its machine has stopped, or was started again, on a host that is well.
    vm.stoppedBy = !vm.serves && vm.guest === 'works' && isWell(vm) && !isStruck ? 'us' : 'fault';
    changedAtMs = nowMs();
    if (isUp && vm.downSinceMs !== undefined) downMs += nowMs() - vm.downSinceMs;
    vm.downSinceMs = isUp ? undefined : nowMs();
    onTurn(vm);
  }

  function isWell(vm: Served): boolean {
    const host = parts.hosts()?.find(vm.host);
    const reached = host?.state === 'runs' && host.dataNetwork === 'up';
    return reached && host.storage === 'reaches' && storage === 'works';
  }

  function refresh(): void {
    const live = findLive();
    for (const vm of vms.values()) {
      const machines = live.get(vm.id) ?? [];
      checkTwice(vm, machines);
      look(vm, machines);
    }
  }

  return {
    vms,
    lost,
    twice,
    lies,
    strike: (vmId) => void struck.add(vmId),
    left: () => left,
    storage: () => storage,
    remove: (vmId) => void vms.delete(vmId),
    refresh,
    add: (id) => {
      vms.set(id, {
        id,
        host: '',
        runsSinceMs: undefined,
        bootedAtMs: undefined,
        guest: 'works',
        serves: false,
        isUp: false,
        downSinceMs: undefined,
        stoppedBy: 'fault',
      });
      refresh();
    },
    setStorage: (state) => {
      storage = state;
      refresh();
    },
    linger: (host, only) => {
      const untilMs = nowMs() + IN_FLIGHT_MS;
      for (const { vm_id, status } of host.machines) {
        if (status === 'running' && (only ?? vm_id) === vm_id)
          lingering.set(vm_id, { host: host.name, untilMs });
      }
    },
    downMs: () =>
      [...vms.values()].reduce(
        (sum, { downSinceMs }) => sum + (downSinceMs === undefined ? 0 : nowMs() - downSinceMs),
        downMs,
      ),
    changedAtMs: () => changedAtMs,
  };
}
