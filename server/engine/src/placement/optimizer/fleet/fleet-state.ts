/**
 * The state of a fleet on which a plan tries moves. It belongs to one plan and is discarded with
 * it.
 */
import { assert } from '@novacron/contract/result';
import type { Micros } from '../../../cost/model/price-list.ts';
import type { PlacementNode } from '../../place/model/placement.ts';
import type {
  ExpectedVms,
  ImprovementInput,
  MoveRefusal,
  PlannedMove,
  ResidentVm,
} from '../model/optimizer.ts';
import { findUnguarded, rankSizes } from './find-unguarded.ts';
import { DIMENSIONS, type FleetLayout, type LaidOutVm, reservedOn } from './fleet-layout.ts';
import { makeNodeMarkings, type NodeMarkings } from './node-markings.ts';
import {
  breaksRules,
  makeTenantRules,
  moveInRules,
  switchInRules,
  type TenantRules,
} from './tenant-rules.ts';

const NOTHING = { cpuCores: 0, memoryMib: 0, diskGb: 0 };

/** A move that was made, and what is needed to undo it. */
interface MadeMove {
  readonly vm: number;
  readonly from: number;
  readonly to: number;
  readonly unguarded: ReadonlySet<number>;
  /** Whether it has used the room that was reserved for the VM. */
  readonly standby: 'used' | 'kept';
}

/** The layout, with what is needed to try moves and to undo them. */
export interface FleetState extends FleetLayout {
  readonly marks: NodeMarkings;
  readonly rules: TenantRules;
  readonly failover: ImprovementInput['failover'];
  readonly goal: ImprovementInput['goal']['kind'];
  readonly movesMax: number;
  /** Cost of each node per hour; undefined: unknown. */
  readonly rates: readonly (Micros | undefined)[];
  readonly made: MadeMove[];
  /** VMs that are expected: they are on no node. */
  readonly expected: readonly number[];
  /** Nodes whose VMs have no room to restart elsewhere. */
  unguarded: ReadonlySet<number>;
}

/** Lays out a fleet. VMs on nodes that are not in the fleet are left out. */
export function makeFleetState(input: ImprovementInput): FleetState {
  const { nodes } = input;
  const slotOf = new Map(nodes.map(({ name }, slot) => [name, slot]));
  const present = input.vms.filter(({ node }) => slotOf.has(node)).map(holdBound);
  const expected = (input.expected ?? []).flatMap(toUnplaced);
  const vms = [...present, ...expected];
  const home = Int32Array.from(vms, ({ node }) => slotOf.get(node) ?? -1);
  const residents = nodes.map(() => new Set<number>());
  for (const [vm, node] of home.entries()) residents[node]?.add(vm);
  const asked = Float64Array.from(vms.flatMap(({ request }) => rowOf(request.vm)));
  const state: FleetState = {
    nodes,
    vms,
    home,
    standby: Int32Array.from(vms, ({ standbyRoom }) => slotOf.get(standbyRoom?.node ?? '') ?? -1),
    reserved: Float64Array.from(
      vms.flatMap(({ standbyRoom }) => rowOf(standbyRoom?.amounts ?? NOTHING)),
    ),
    residents,
    asked,
    ranks: rankSizes(vms.length, asked),
    capacity: Float64Array.from(nodes.flatMap(({ capacity }) => rowOf(capacity))),
    used: Float64Array.from(nodes.flatMap(({ used }) => rowOf(used))),
    inService: Uint8Array.from(nodes, ({ status }) => Number(status === 'ready')),
    marks: makeNodeMarkings(nodes, vms),
    rules: makeTenantRules(nodes, vms),
    failover: input.failover,
    goal: input.goal.kind,
    movesMax: input.movesMax,
    rates: nodes.map(({ name }) => input.prices?.rates.get(name)),
    made: [],
    expected: expected.map((_, at) => present.length + at),
    unguarded: new Set(),
  };
  state.unguarded = findUnguarded(state);
  return state;
}

/** The VMs that are expected, each by itself. No node has their name, so they are on none. */
function toUnplaced({ tenantId, request, count }: ExpectedVms): readonly LaidOutVm[] {
  return Array.from({ length: count }, (_, at) => {
    const vm = { ...request.vm, name: `${request.vm.name}+${at + 1}` };
    return { id: undefined, tenantId, node: '', request: { ...request, vm } };
  });
}

/**
 * Devices, cores of its own and disks of a class belong to the node, and a move does not take them
 * along; bandwidth is taken of the next node.
 */
function holdBound(vm: ResidentVm): ResidentVm {
  const { devices = [], pools, pinning } = vm.request.vm;
  const isBound = devices.length > 0 || hasDisks(pools) || pinning === 'dedicated';
  const immovable = vm.immovable ?? (isBound ? 'its devices are bound to its node' : undefined);
  return { ...vm, immovable };
}

function hasDisks(pools: ResidentVm['request']['vm']['pools']): boolean {
  return Object.keys(pools ?? {}).some((name) => name !== 'bandwidth');
}

/** Takes a node out of service, or back into it, and recomputes N+1. */
export function setInService(state: FleetState, node: number, service: 'in' | 'out'): void {
  switchService(state, node, service);
  state.unguarded = findUnguarded(state);
}

/** Does so where N+1 is not read before it is recomputed: that costs the most of a try. */
export function switchService(
  { inService, rules }: Pick<FleetState, 'inService' | 'rules'>,
  node: number,
  service: 'in' | 'out',
): void {
  inService[node] = Number(service === 'in');
  switchInRules(rules, node, service);
}

/** Whether a node has room for a VM besides what it holds; what is reserved for it there counts. */
export function hasRoom(state: FleetState, vm: number, node: number): boolean {
  const { capacity, used, asked } = state;
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const others = (used[node * DIMENSIONS + at] ?? 0) - reservedOn(state, { vm, node, at });
    const after = others + (asked[vm * DIMENSIONS + at] ?? 0);
    if (after > (capacity[node * DIMENSIONS + at] ?? 0)) return false;
  }
  return true;
}

/** Whether a VM may go to a node by its free room and its markings. */
export function mayGo(state: FleetState, vm: number, node: number): boolean {
  return (
    state.home[vm] !== node &&
    state.inService[node] === 1 &&
    hasRoom(state, vm, node) &&
    (state.goal === 'drain' || !losesRestart(state, vm, node)) &&
    state.marks.admits(vm, node)
  );
}

/** Whether a VM that is started elsewhere when its node is lost would not be, on another node. */
export function losesRestart({ vms, nodes }: FleetState, vm: number, node: number): boolean {
  return vms[vm]?.restartableOn?.has(nodes[node]?.name ?? '') === false;
}

/**
 * Makes a move if every hard rule holds while it is under way, when the VM has room on both nodes,
 * and afterwards.
 * @returns why the move is rejected; undefined when it is made
 */
export function moveVm(state: FleetState, vm: number, to: number): MoveRefusal | undefined {
  const from = state.home[vm] ?? -1;
  if (state.inService[to] !== 1 || from === to || !hasRoom(state, vm, to)) return 'room';
  if (!state.marks.admits(vm, to)) return 'marks';
  if (breaksRules(state.rules, vm, to)) return 'rules';
  const { unguarded } = state;
  const standby = state.standby[vm] === to ? 'used' : 'kept';
  if (standby === 'used') setStandby(state, vm, -1);
  addUse(state, vm, to, 1);
  state.residents[from]?.delete(vm);
  const during = guardFailover(state, unguarded);
  addUse(state, vm, from, -1);
  state.residents[to]?.add(vm);
  const after = during === undefined ? undefined : guardFailover(state, unguarded);
  if (after === undefined) {
    addUse(state, vm, to, -1);
    addUse(state, vm, from, 1);
    state.residents[to]?.delete(vm);
    state.residents[from]?.add(vm);
    if (standby === 'used') setStandby(state, vm, to);
    return 'failover';
  }
  state.home[vm] = to;
  state.unguarded = after;
  moveInRules(state.rules, vm, { from, to });
  state.made.push({ vm, from, to, unguarded, standby });
  return undefined;
}

/**
 * Puts an expected VM on a node with room for it, if no hard rule is broken; N+1 is not looked at.
 * @returns whether it is there now
 */
export function putExpected(state: FleetState, vm: number, to: number): boolean {
  if (!mayGo(state, vm, to) || breaksRules(state.rules, vm, to)) return false;
  addUse(state, vm, to, 1);
  state.residents[to]?.add(vm);
  state.home[vm] = to;
  moveInRules(state.rules, vm, { from: -1, to });
  return true;
}

/** Takes an expected VM off its node. */
export function takeExpected(state: FleetState, vm: number): void {
  const from = state.home[vm] ?? -1;
  if (from < 0) return;
  addUse(state, vm, from, -1);
  state.residents[from]?.delete(vm);
  state.home[vm] = -1;
  moveInRules(state.rules, vm, { from, to: -1 });
}

/** Undoes the latest moves until a given number is left. */
export function undoMoves(state: FleetState, left: number): void {
  while (state.made.length > left) {
    const move = state.made.pop();
    assert(move !== undefined, 'there is a move to take back');
    const { vm, from, to, unguarded, standby } = move;
    addUse(state, vm, to, -1);
    addUse(state, vm, from, 1);
    state.residents[to]?.delete(vm);
    state.residents[from]?.add(vm);
    if (standby === 'used') setStandby(state, vm, to);
    state.home[vm] = from;
    state.unguarded = unguarded;
    moveInRules(state.rules, vm, { from: to, to: from });
  }
}

/** Returns a move as it appears in plans. */
export function describeMove(
  state: FleetState,
  move: { readonly vm: number; readonly from: number; readonly to: number },
  imbalance: number,
): PlannedMove {
  const vm = state.vms[move.vm];
  const [from, to] = [state.nodes[move.from], state.nodes[move.to]];
  assert(vm !== undefined && from !== undefined && to !== undefined, 'a move is of the fleet');
  const { name } = vm.request.vm;
  const manner = vm.power === 'off' ? 'cold' : 'live';
  const memoryMib = manner === 'live' ? vm.request.vm.memoryMib : 0;
  const where = { from: from.name, to: to.name };
  const { id: vmId, tenantId } = vm;
  assert(vmId !== undefined, 'a VM that moves is there');
  return { vmId, vm: name, tenantId, ...where, manner, memoryMib, imbalance };
}

/**
 * Finds the nodes that fail N+1 now; undefined where there are more than before and that is not
 * allowed.
 */
function guardFailover(
  state: FleetState,
  before: ReadonlySet<number>,
): ReadonlySet<number> | undefined {
  const unguarded = findUnguarded(state);
  if (state.failover === 'ignore') return unguarded;
  for (const node of unguarded) if (!before.has(node)) return undefined;
  return unguarded;
}

/** Has room reserved for a VM on a node, or gives back what is reserved (-1). */
function setStandby(state: FleetState, vm: number, to: number): void {
  const from = state.standby[vm] ?? -1;
  const { used, reserved } = state;
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const room = reserved[vm * DIMENSIONS + at] ?? 0;
    if (from >= 0) used[from * DIMENSIONS + at] = (used[from * DIMENSIONS + at] ?? 0) - room;
    if (to >= 0) used[to * DIMENSIONS + at] = (used[to * DIMENSIONS + at] ?? 0) + room;
  }
  state.standby[vm] = to;
}

function addUse({ used, asked }: FleetState, vm: number, node: number, by: 1 | -1): void {
  for (let at = 0; at < DIMENSIONS; at += 1) {
    const place = node * DIMENSIONS + at;
    used[place] = (used[place] ?? 0) + by * (asked[vm * DIMENSIONS + at] ?? 0);
  }
}

function rowOf(amounts: PlacementNode['capacity']): readonly number[] {
  return [amounts.cpuCores, amounts.memoryMib, amounts.diskGb];
}
