/**
 * Which VMs serve, by what is true of hosts, networks and storage; when they did not; and where a
 * VM is live twice. Live is what can still write or send: also on a host that hangs, and for a
 * moment after its power went.
 */
import type { SimulatedMachine } from '@novacron/agent/drivers/simulator/machine-store';
import type { Host, Hosts } from './hosts.ts';

/** From the start of a machine until its guest serves. Unit: ms. */
export const BOOT_MS = 2_000;

/** A write that is under way when the power goes may reach the storage for this long. Unit: ms. */
const IN_FLIGHT_MS = 100;

/** A VM as it is. */
export interface Served {
  readonly id: string;
  /** The host on which it runs, or ran last. */
  host: string;
  /** Since when its machine runs; undefined where none does. Unit: ms. */
  runsSinceMs: number | undefined;
  /** When its guest began to boot, by the clock of its host. Unit: ms. */
  bootedAtMs: number | undefined;
  /** Whether its guest hangs until it is started again. */
  guest: 'works' | 'hangs';
  serves: boolean;
  /** Whether it serves and the server knows where: `unknown` is down. */
  isUp: boolean;
  downSinceMs: number | undefined;
}

/** A machine that can write or send. */
interface LiveMachine {
  readonly host: Host;
  readonly machine: SimulatedMachine;
}

function hangs({ hung_at_ms: hungAtMs, started_at_ms: bootedAtMs }: SimulatedMachine): boolean {
  return hungAtMs !== undefined && hungAtMs === bootedAtMs;
}

/** The service of a fleet. */
export interface Service {
  readonly vms: ReadonlyMap<string, Served>;
  readonly add: (vmId: string) => void;
  /** Looks again at everything. */
  readonly refresh: () => void;
  /** Servers say that a node is lost, or answers. */
  readonly lost: Set<string>;
  /** While it hangs, no guest serves. */
  readonly setStorage: (state: 'works' | 'hangs') => void;
  /** What was being written on a host may still arrive. */
  readonly linger: (host: Host) => void;
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
  let storage: 'works' | 'hangs' = 'works';
  let downMs = 0;
  let changedAtMs = nowMs();

  function findLive(): ReadonlyMap<string, readonly LiveMachine[]> {
    const live = new Map<string, LiveMachine[]>();
    for (const host of parts.hosts()?.all ?? []) {
      if (host.state !== 'runs' && host.state !== 'hung') continue;
      for (const machine of host.machines) {
        const { vm_id, status } = machine;
        if (status !== 'running') continue;
        live.set(vm_id, [...(live.get(vm_id) ?? []), { host, machine }]);
      }
    }
    return live;
  }

  function checkTwice(vm: Served, live: readonly LiveMachine[]): void {
    const left = lingering.get(vm.id);
    const names = live.map(({ host }) => host.name);
    if (left !== undefined && left.untilMs > nowMs()) names.push(left.host);
    const distinct = [...new Set(names)];
    if (distinct.length > 1) twice.push(`${vm.id} is live on ${distinct.join(' and ')}`);
  }

  function look(vm: Served, [live]: readonly LiveMachine[]): void {
    const host = live?.host;
    // Whatever hung is gone with its process, or with its boot.
    vm.guest = live !== undefined && hangs(live.machine) ? 'hangs' : 'works';
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
    changedAtMs = nowMs();
    if (isUp && vm.downSinceMs !== undefined) downMs += nowMs() - vm.downSinceMs;
    vm.downSinceMs = isUp ? undefined : nowMs();
    onTurn(vm);
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
      });
      refresh();
    },
    setStorage: (state) => {
      storage = state;
      refresh();
    },
    linger: (host) => {
      const untilMs = nowMs() + IN_FLIGHT_MS;
      for (const { vm_id, status } of host.machines) {
        if (status === 'running') lingering.set(vm_id, { host: host.name, untilMs });
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
