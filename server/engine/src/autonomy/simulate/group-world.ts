/**
 * A VM group on nodes under a demand that its ready VMs share, in steps of five minutes. What it
 * costs are hours of VMs and of the nodes that have any; what it owes are steps in which VMs are
 * used more than 85 %. A node that is disturbed by others, or full, gives its VMs less.
 */
import type { ActionName, DecisionState } from '../model/decision.ts';
import { sizeChangeOf } from '../shield/actions.ts';
import { CPU_LIMIT } from '../shield/features.ts';
import { findDrain, findSpread, findTarget, type Move } from './find-moves.ts';
import { NODE_SLOTS, NODES } from './sizes.ts';

/** Length of a step. */
export const STEP_MINUTES = 5;
/** Steps of an hour. */
export const STEPS_PER_HOUR = 60 / STEP_MINUTES;

/** From a decision until a new VM is ready: ten minutes. */
export const BOOT_STEPS = 2;

/** Fewest VMs of the group. */
export const SIZE_MIN = 2;
/** Most VMs of the group. */
export const SIZE_MAX = 40;

/** What an hour of a node costs beside its VMs. Unit: VM-hours. */
const NODE_PRICE = 1;

/** What starting or moving a VM costs, once. Unit: VM-hours. */
const START_PRICE = 0.02;
const MOVE_PRICE = 0.02;

/** Penalty for a step in which requests wait too long. Unit: VM-hours. */
export const MISS_PRICE = 2;

/** Capacity of a VM on a disturbed node, on a full one, and while it is moved. */
const DISTURBED_SHARE = 0.6;
const FULL_SHARE = 0.96;
const MOVING_SHARE = 0.5;

/** Requests a second that keep one VM fully used. */
const REQUESTS_PER_VM = 100;
const SERVICE_MS = 20;
const DISTURBED_MS = 30;
const MEMORY_BASE = 30;
const MEMORY_SHARE = 0.4;
const UTILIZATION_MAX = 0.98;

/** Source: Camilli, "Origin of the scaling constant d = 1.7 in item response theory" (1994). */
const LOGISTIC_SLOPE = 1.702;

/** A day of a group: what happens whatever is decided. */
export interface Scenario {
  readonly name: string;
  /** For each step. Unit: VMs that are fully used. */
  readonly demand: Float64Array;
  /** What was to be expected of the demand one step before, and the deviation from that. */
  readonly expected: Float64Array;
  readonly chance: number;
  /** Forecasts made at each step: of the next 15 minutes, and of the next hour. Unit: as above. */
  readonly soon: Float64Array;
  readonly later: Float64Array;
  /** Bits of the nodes that are disturbed in each step. */
  readonly disturbed: Int32Array;
  /** Size with which the group begins: enough for the most of the week before. */
  readonly size: number;
  /** Steps that are decided; forecasts of an oracle look beyond them. */
  readonly steps: number;
}

/** The group in one step; changed in place. */
export interface GroupWorld {
  readonly scenario: Scenario;
  step: number;
  /** Node of each VM, and the step from which it is ready. */
  readonly nodes: number[];
  readonly readySteps: number[];
  /** Of the step before. */
  usage: number;
  /** Unit: VMs. */
  capacity: number;
  disturbedShare: number;
  errors: number;
}

/** What a step has brought. */
export interface StepOutcome {
  /** Unit: VM-hours. */
  readonly cost: number;
  readonly isMissed: boolean;
}

/** What a controller does in a step. */
export interface WorldChange {
  /** The size from now on. */
  readonly size: number;
  readonly moves: readonly Move[];
}

/** Begins a scenario. */
export function openWorld(scenario: Scenario): GroupWorld {
  const world: GroupWorld = {
    scenario,
    step: 0,
    nodes: [],
    readySteps: [],
    usage: 0,
    capacity: 0,
    disturbedShare: 0,
    errors: 0,
  };
  for (let vm = 0; vm < scenario.size; vm += 1) addVm(world, 0);
  measure(world, new Set());
  return world;
}

/** Copies it, to try something. */
export function copyWorld(world: GroupWorld): GroupWorld {
  return { ...world, nodes: [...world.nodes], readySteps: [...world.readySteps] };
}

/** What is measured and forecast now. */
export function observe(world: GroupWorld): DecisionState {
  const { scenario, step, nodes, usage } = world;
  const size = Math.max(1, nodes.length);
  const percent = (load: number) => (100 * load) / size;
  const demand = scenario.demand[Math.max(0, step - 1)] ?? 0;
  return {
    cpu_usage: 100 * Math.min(1, usage),
    memory_usage: MEMORY_BASE + MEMORY_SHARE * 100 * Math.min(1, usage),
    network_latency:
      SERVICE_MS / (1 - Math.min(usage, UTILIZATION_MAX)) + DISTURBED_MS * world.disturbedShare,
    active_vms: nodes.length,
    request_rate: REQUESTS_PER_VM * demand,
    error_rate: world.errors,
    cpu_usage_soon: percent(scenario.soon[step] ?? 0),
    cpu_usage_later: percent(scenario.later[step] ?? 0),
    vm_hours_per_hour: vmHoursPerHour(world),
  };
}

/** What an action changes in the group as it is. */
export function changeBy(world: GroupWorld, action: ActionName, state: DecisionState): WorldChange {
  const bounds = { sizeMin: SIZE_MIN, sizeMax: SIZE_MAX };
  const size = world.nodes.length + sizeChangeOf(action, state, bounds);
  return { size, moves: movesBy(world, action) };
}

/** The moves of an action; none where it would gain nothing. */
export function movesBy(
  { scenario, step, nodes }: GroupWorld,
  action: ActionName,
): readonly Move[] {
  const disturbed = scenario.disturbed[Math.max(0, step - 1)] ?? 0;
  if (action === 'migrate') return findDrain(nodes, disturbed);
  return action === 'rebalance' ? findSpread(nodes) : [];
}

/** Makes a change, and lets a step pass. */
export function passStep(world: GroupWorld, { size, moves }: WorldChange): StepOutcome {
  const { nodes, readySteps, step } = world;
  const moving = new Set<number>();
  for (const { vm, to } of moves) {
    nodes[vm] = to;
    moving.add(vm);
  }
  const started = Math.max(0, Math.min(SIZE_MAX, size) - nodes.length);
  for (let more = started; more > 0; more -= 1) addVm(world, step + BOOT_STEPS);
  const least = Math.max(SIZE_MIN, size);
  if (nodes.length > least) nodes.length = readySteps.length = least;
  measure(world, moving);
  world.step += 1;
  return {
    cost:
      vmHoursPerHour(world) / STEPS_PER_HOUR + started * START_PRICE + moves.length * MOVE_PRICE,
    isMissed: world.usage > CPU_LIMIT / 100,
  };
}

/**
 * The chance that the last step was a miss, as seen one step before it: what is learned from it
 * does not depend on luck. The distribution is the logistic one that is closest to the normal one.
 */
export function missChanceOf({ scenario, step, capacity }: GroupWorld): number {
  const { expected, chance } = scenario;
  const room = (CPU_LIMIT / 100) * capacity - (expected[step - 1] ?? 0);
  return 1 / (1 + Math.exp((LOGISTIC_SLOPE * room) / chance));
}

function addVm({ scenario, nodes, readySteps, step }: GroupWorld, readyStep: number): void {
  nodes.push(findTarget(nodes, scenario.disturbed[Math.max(0, step - 1)] ?? 0));
  readySteps.push(readyStep);
}

function vmHoursPerHour({ nodes }: GroupWorld): number {
  let used = 0;
  for (const node of nodes) used |= 1 << node;
  let count = 0;
  for (; used !== 0; used &= used - 1) count += 1;
  return nodes.length + NODE_PRICE * count;
}

function measure(world: GroupWorld, moving: ReadonlySet<number>): void {
  const { scenario, nodes, readySteps, step } = world;
  const counts = new Int32Array(NODES);
  for (const node of nodes) counts[node] = (counts[node] ?? 0) + 1;
  const bits = scenario.disturbed[step] ?? 0;
  let [capacity, ready, disturbed] = [0, 0, 0];
  for (const [vm, node] of nodes.entries()) {
    if ((readySteps[vm] ?? 0) > step) continue;
    const isDisturbed = (bits & (1 << node)) !== 0;
    const isFull = (counts[node] ?? 0) >= NODE_SLOTS;
    const share = (isDisturbed ? DISTURBED_SHARE : 1) * (isFull ? FULL_SHARE : 1);
    capacity += share * (moving.has(vm) ? MOVING_SHARE : 1);
    ready += 1;
    if (isDisturbed) disturbed += 1;
  }
  const demand = scenario.demand[step] ?? 0;
  world.capacity = capacity;
  world.usage = capacity > 0 ? demand / capacity : 1;
  world.errors = world.usage > 1 ? 1 - 1 / world.usage : 0;
  world.disturbedShare = ready === 0 ? 0 : disturbed / ready;
}
