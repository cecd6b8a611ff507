/** Notes times while a simulated world runs, and what must not happen in it. */
import type { HealingWorld } from './healing-world.ts';
import type { Host } from './host.ts';
import type { Incident, IncidentBook } from './incident-book.ts';
import { GROUP_BUDGET } from './make-fleet.ts';
import { repairLater } from './people.ts';
import type { Served } from './service.ts';

/**
 * From the death of a host until servers say that it is lost, it is cut off from its power or its
 * storage, that is known, a machine of it runs elsewhere and its guest serves. Unit: ms.
 */
export interface ElsewhereStages {
  readonly lost?: number | undefined;
  readonly cut?: number | undefined;
  readonly fenced?: number | undefined;
  readonly runs: number;
  readonly serves: number;
}

const FENCED = new Set<unknown>([
  'node.fence.succeeded',
  'node.cut_off.succeeded',
  'node.lease_expired',
]);

/** Faults by which a host serves nothing until it is fenced. */
const DEATHS = new Set(['host-crash', 'host-hang', 'host-suspend', 'host-isolated']);

/** So long after its end a fault may still take VMs down: a resumed host kills. Unit: ms. */
const AFTER_END_MS = 10_000;

/** Starts to note. */
export function measure(book: IncidentBook) {
  let world: HealingWorld | undefined;
  let hasBegun = false;
  /** Names of nodes, by ID. */
  const names = new Map<string, string>();
  const figures = {
    detectedMs: [] as number[],
    restartedMs: [] as number[],
    elsewhereMs: [] as number[],
    elsewhereStages: [] as ElsewhereStages[],
    falseEvictions: [] as string[],
  };
  const belowBudget: string[] = [];
  const unexplained: string[] = [];
  /** Latest stages after the death of each host. */
  const stages = new Map<string, Partial<Record<'lost' | 'cut' | 'fenced', number>>>();
  /**
   * VMs that have served elsewhere, by the death of their host. A host that was suspended and is
   * resumed runs a second copy until it is killed, and the VM then turns up where it served before:
   * no second recovery.
   */
  const arrived = new WeakMap<Incident, Set<string>>();
  const fencedAlive: string[] = [];
  let isGroupChanged = false;
  const nowMs = (): number => world?.kernel.clock.nowMs() ?? 0;
  const isCrash = ({ fault }: Incident): boolean =>
    fault === 'guest-crash' || fault === 'hypervisor-crash';
  const isDeath = ({ fault }: Incident): boolean => DEATHS.has(fault);

  function onTurn(vm: Served): void {
    if (!hasBegun) return;
    world?.trace.note('vm', vm.isUp ? 'up' : 'down', [vm.id, vm.host]);
    if (!vm.isUp) {
      checkBudget(vm);
      if (book.noteDown(vm, nowMs()) === undefined) noteUnexplained(vm);
      return;
    }
    const incident = book.of(vm.id);
    if (incident === undefined || incident.peopleAtMs !== undefined) return;
    const { atMs } = incident;
    if (isCrash(incident)) figures.restartedMs.push((vm.runsSinceMs ?? nowMs()) - atMs);
    // Another VM that NovaCron restarts meanwhile is none of this host.
    if (!incident.vms.includes(vm.id)) return;
    const [home = ''] = incident.at;
    const reached = stages.get(home);
    if (!isDeath(incident) || vm.host === home || reached?.fenced === undefined) return;
    const before = arrived.get(incident) ?? new Set();
    if (before.has(vm.id)) return;
    arrived.set(incident, before.add(vm.id));
    figures.elsewhereMs.push(nowMs() - atMs);
    const runs = (vm.runsSinceMs ?? nowMs()) - atMs;
    figures.elsewhereStages.push({ ...reached, runs, serves: nowMs() - atMs });
  }

  /** Nothing has failed, and NovaCron has not restarted it either. */
  function noteUnexplained({ id, host, stoppedBy }: Served): void {
    const isPast = ({ endedAtMs }: Incident): boolean =>
      endedAtMs !== undefined && nowMs() - endedAtMs > AFTER_END_MS;
    if (stoppedBy === 'us' || !book.all.every(isPast)) return;
    unexplained.push(`${id} went down on ${host} while nothing had failed`);
  }

  /** NovaCron stops no member while as many are down as may be. */
  function checkBudget(vm: Served): void {
    const members = world?.groupMembers() ?? [];
    if (vm.stoppedBy !== 'us' || !members.includes(vm.id)) return;
    const others = members.filter((id) => id !== vm.id && !world?.service.vms.get(id)?.isUp);
    if (others.length < GROUP_BUDGET) return;
    belowBudget.push(`${vm.id} of the group was stopped while ${others.join(', ')} was down`);
  }

  function reach(host: string, stage: 'lost' | 'cut' | 'fenced'): void {
    const incident = book.open().findLast((each) => isDeath(each) && each.at[0] === host);
    if (incident === undefined) return;
    const before = stage === 'lost' ? {} : stages.get(host);
    stages.set(host, { ...before, [stage]: nowMs() - incident.atMs });
  }

  function onEvent({ type, target }: Readonly<Record<string, unknown>>): void {
    const { service, trace } = world ?? {};
    const node = names.get(String(target)) ?? String(target);
    if (type === 'node.lost') service?.lost.add(node);
    if (type === 'node.lost') reach(node, 'lost');
    if (FENCED.has(type)) reach(node, 'fenced');
    if (type === 'node.back') service?.lost.delete(node);
    if (type === 'node.lost' || type === 'node.back') service?.refresh();
    if (String(type).startsWith('vm_group.')) isGroupChanged = true;
    if (type === 'vm.stopped' && hasBegun) {
      const incident = book.of(String(target));
      if (incident !== undefined && isCrash(incident)) {
        figures.detectedMs.push(nowMs() - incident.atMs);
      }
    }
    if (hasBegun) trace?.note('event', String(type), target);
  }

  function onCut(host: Host): void {
    world?.trace.note('fence', 'cuts', [host.name, host.state]);
    if (world === undefined) return;
    reach(host.name, 'cut');
    if (world.heartbeats.moves(host)) {
      fencedAlive.push(`${host.name} was powered off while its heartbeat in the storage moved`);
    }
    if (host.bmc === 'answers') repairLater(world, host);
    if (host.state !== 'runs') return;
    const cause = book.open().at(-1)?.fault ?? 'no fault';
    const vms = [...world.service.vms.values()];
    const served = vms.filter((vm) => vm.host === host.name && vm.serves);
    if (served.length === 0) return;
    figures.falseEvictions.push(`${host.name}: ${served.length} VMs served, after ${cause}`);
  }

  return {
    figures,
    belowBudget,
    unexplained,
    fencedAlive,
    listeners: { onTurn, onEvent, onCut },
    /** Whether members of the group may have changed since this was asked last. */
    takeGroupChanged: (): boolean => {
      const was = isGroupChanged;
      isGroupChanged = false;
      return was;
    },
    attach: (opened: HealingWorld) => {
      world = opened;
    },
    begin: async () => {
      for (const { id, name } of (await world?.store.read({ from: 'nodes' })) ?? []) {
        names.set(id, name);
      }
      hasBegun = true;
    },
  };
}
