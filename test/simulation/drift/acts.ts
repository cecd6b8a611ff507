/** Actions of a day, one after another, by Terraform, by NovaCron and by people. */

import { equalJson } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Chance } from '../world/chance.ts';
import { ACTS_ON_NODES, guardsOf } from './acts-on-nodes.ts';
import { driftedPaths, type Entry, type Values } from './book.ts';
import { chooseChange, chooseNew, KIND_COUNT_MAX, KINDS } from './choose-values.ts';
import type { Days, Hand, Side } from './model.ts';

/** Acts, chosen one after another. */
export interface Acts {
  /** Terraform's first apply: something of everything. */
  readonly begin: () => Promise<void>;
  /** Does the next one. @returns what it was, in a word */
  readonly next: () => Promise<string>;
}

const TERRAFORM: Hand = { side: 'terraform', name: 'ci', client: 'terraform' };

const PEOPLE: readonly Hand[] = [
  { side: 'people', name: 'ann', client: 'cli' },
  { side: 'people', name: 'bea', client: 'rest' },
  { side: 'people', name: 'cem', client: 'dashboard' },
];

/** Actor that requests NovaCron's own actions. */
const OPERATOR: Hand = { side: 'platform', name: 'operator', client: 'cli' };

const MINUTE_MS = 60_000;
const PASS_MINUTES_MAX = 12;

/** Opens the choice. */
export function createActs(days: Days, chance: Chance): Acts {
  let names = 0;
  const parts: Parts = {
    days,
    chance,
    newName: (kind) => {
      names += 1;
      return `${kind.replaceAll('_', '-')}-${names}`;
    },
  };
  return {
    begin: async () => {
      for (const kind of KINDS) await createAs(parts, TERRAFORM, kind);
    },
    next: async () => {
      const who = chance.pick(SIDES);
      const act = chance.pick(ACTS[who]);
      await act(parts);
      return `${who}: ${act.name}`;
    },
  };
}

interface Parts {
  readonly days: Days;
  readonly chance: Chance;
  readonly newName: (kind: ResourceKind) => string;
}

type Act = (parts: Parts) => Promise<void>;

const SIDES = ['terraform', 'terraform', 'platform', 'people', 'people', 'nodes'] as const;

const ACTS: Readonly<Record<Side, readonly Act[]>> = {
  terraform: [createByTerraform, createByTerraform, applyChange, applyChange, applyAgain, destroy],
  platform: [migrate, rebalance, consolidate, scaleGroup, drainNode, restartVm, restartAgent, wait],
  people: [
    changeBehind,
    changeBehind,
    changeBehind,
    changeBehind,
    takeBack,
    createByHand,
    deleteByHand,
    failBehind,
    revert,
    adopt,
  ],
  nodes: ACTS_ON_NODES,
};

function ofKind(days: Days, kind: ResourceKind): readonly Entry[] {
  return [...days.book.entries.values()].filter((entry) => entry.kind === kind);
}

function pickApplied({ days, chance }: Parts): Entry | undefined {
  const applied = [...days.book.entries.values()].filter((entry) => entry.applied !== undefined);
  return chance.pickAny(applied);
}

async function createAs(parts: Parts, hand: Hand, kind: ResourceKind): Promise<void> {
  const { days, chance, newName } = parts;
  const isTheirs = ({ applied }: Entry) => (applied === undefined) === (hand !== TERRAFORM);
  const countMax = hand === TERRAFORM ? (KIND_COUNT_MAX[kind] ?? 0) : 1;
  if (ofKind(days, kind).filter(isTheirs).length >= countMax) return;
  const name = newName(kind);
  const values = chooseNew(chance, kind);
  const made = await days.finish(hand, nameOf(kind, 'create'), { name, ...values });
  if (made === undefined) return;
  const id = String(Object(made.resource).id);
  const applied = hand === TERRAFORM ? values : undefined;
  days.book.add({ id, kind, name, applied, current: values });
}

function createByTerraform(parts: Parts): Promise<void> {
  return createAs(parts, TERRAFORM, parts.chance.pick(KINDS));
}

function createByHand(parts: Parts): Promise<void> {
  return createAs(parts, parts.chance.pick(PEOPLE), parts.chance.pick(KINDS));
}

/** A configuration says all of a resource: an apply takes back what drifted. */
async function applyConfiguration(parts: Parts, change: 'some' | 'none'): Promise<void> {
  const { days } = parts;
  const entry = pickApplied(parts);
  if (entry?.applied === undefined) return;
  const wanted = { ...entry.applied, ...(change === 'some' ? changeOf(parts, entry) : {}) };
  const differing = Object.keys(wanted).filter(
    (name) => !equalJson(wanted[name] ?? null, entry.current[name] ?? null),
  );
  if (differing.length === 0) return;
  const values = Object.fromEntries(differing.map((name) => [name, wanted[name] ?? null]));
  const done = await days.finish(TERRAFORM, nameOf(entry.kind, 'update'), {
    id: entry.id,
    ...values,
  });
  if (done === undefined) return;
  entry.current = { ...entry.current, ...values, ...(await guardsAfter(days, entry)) };
  days.book.apply(entry.id);
}

function applyChange(parts: Parts): Promise<void> {
  return applyConfiguration(parts, 'some');
}

function applyAgain(parts: Parts): Promise<void> {
  return applyConfiguration(parts, 'none');
}

function destroy(parts: Parts): Promise<void> {
  return deleteAs(parts, TERRAFORM, pickApplied(parts));
}

/** Resources that people made themselves never drift. */
function deleteByHand(parts: Parts): Promise<void> {
  const { days, chance } = parts;
  const own = [...days.book.entries.values()].filter(({ applied }) => applied === undefined);
  return deleteAs(parts, chance.pick(PEOPLE), chance.pickAny(own));
}

async function deleteAs({ days }: Parts, hand: Hand, entry: Entry | undefined): Promise<void> {
  if (entry === undefined) return;
  // A configuration would take its volumes away first; a VM that goes would take them with it.
  if (ofKind(days, 'volume').some(({ current }) => current.attached_to === entry.id)) return;
  const done = await days.finish(hand, nameOf(entry.kind, 'delete'), { id: entry.id });
  if (done !== undefined) days.book.remove(entry.id);
}

function changeOf({ days, chance }: Parts, entry: Entry): Values {
  const vmIds = ofKind(days, 'vm').map(({ id }) => id);
  return chooseChange(chance, entry.kind, { current: entry.current, vmIds });
}

async function changeAs(parts: Parts, entry: Entry, values: Values): Promise<void> {
  const { days, chance } = parts;
  const hand = chance.pick(PEOPLE);
  const input = { id: entry.id, ...values };
  const done = await days.finish(hand, nameOf(entry.kind, 'update'), input);
  if (done === undefined) return;
  const guards = await guardsAfter(days, entry);
  days.book.change(entry.id, { hand: hand.name, values: { ...values, ...guards } });
}

/** With every change of a VM its node is sent its firewall. */
async function guardsAfter(days: Days, entry: Entry): Promise<Values> {
  return entry.kind === 'vm' ? guardsOf(days, entry) : {};
}

async function changeBehind(parts: Parts): Promise<void> {
  const entry = pickApplied(parts) ?? parts.chance.pickAny([...parts.days.book.entries.values()]);
  if (entry !== undefined) await changeAs(parts, entry, changeOf(parts, entry));
}

async function takeBack(parts: Parts): Promise<void> {
  const entry = pickDrifted(parts);
  const [path] = entry === undefined ? [] : driftedPaths(entry);
  const name = path?.split('.')[0];
  if (entry?.applied === undefined || name === undefined) return;
  await changeAs(parts, entry, { [name]: entry.applied[name] ?? null });
}

function pickDrifted({ days, chance }: Parts): Entry | undefined {
  const entries = [...days.book.entries.values()];
  return chance.pickAny(entries.filter((entry) => driftedPaths(entry).size > 0));
}

/**
 * Reverts a drifted resource. A change that cannot be reverted in place, such as a grown disk, is
 * refused and remains drift.
 */
async function revert(parts: Parts): Promise<void> {
  const [entry, hand] = [pickDrifted(parts), parts.chance.pick(PEOPLE)];
  if (entry?.applied === undefined) return;
  const asked = { action: 'revert', ids: [entry.id] };
  const done = await parts.days.finish(hand, 'drift.remediate', asked);
  if (done === undefined) return;
  const gone = Object.keys(entry.current).map((name) => [name, null] as const);
  const values = { ...Object.fromEntries(gone), ...entry.applied };
  parts.days.book.change(entry.id, { hand: hand.name, values });
}

async function adopt(parts: Parts): Promise<void> {
  const [entry, hand] = [pickDrifted(parts), parts.chance.pick(PEOPLE)];
  if (entry === undefined) return;
  const asked = { action: 'adopt', ids: [entry.id] };
  const done = await parts.days.finish(hand, 'drift.remediate', asked);
  if (done !== undefined) parts.days.book.apply(entry.id);
}

/** A change that fails is no drift. */
async function failBehind(parts: Parts): Promise<void> {
  const { days, chance } = parts;
  const vm = chance.pickAny(ofKind(days, 'vm'));
  if (vm === undefined) return;
  const drivers = [...days.world.fleet.drivers.values()];
  for (const { faults } of drivers) faults.add({ action: 'configure', kind: 'fail-final' });
  await changeAs(parts, vm, { memory_gb: chance.between(1, 4) });
  for (const { faults } of drivers) faults.clear();
}

async function migrate({ days, chance }: Parts): Promise<void> {
  const vm = chance.pickAny(ofKind(days, 'vm'));
  if (vm !== undefined) await days.finish(OPERATOR, 'vm.migrate', { id: vm.id });
}

async function rebalance({ days }: Parts): Promise<void> {
  await days.finish(OPERATOR, 'optimizer.rebalance', {});
}

async function consolidate({ days }: Parts): Promise<void> {
  await days.finish(OPERATOR, 'optimizer.consolidate', { headroom_percent: 20 });
}

async function scaleGroup({ days, chance }: Parts): Promise<void> {
  const group = chance.pickAny(ofKind(days, 'vm_group'));
  if (group === undefined) return;
  await days.finish(OPERATOR, 'vm_group.scale', { id: group.id, size: chance.between(1, 3) });
}

async function drainNode({ days, chance }: Parts): Promise<void> {
  const [node] = await days.world.store.read({
    from: 'nodes',
    where: { name: chance.pick(days.world.fleet.nodeNames) },
  });
  if (node === undefined) return;
  await days.finish(OPERATOR, 'node.drain', { id: node.id });
  await days.finish(OPERATOR, 'node.activate', { id: node.id });
}

async function restartVm({ days, chance }: Parts): Promise<void> {
  const running = ofKind(days, 'vm').filter(({ current }) => current.power_state === 'running');
  const vm = chance.pickAny(running);
  if (vm === undefined) return;
  await days.finish(OPERATOR, 'vm.stop', { id: vm.id });
  await days.finish(OPERATOR, 'vm.start', { id: vm.id });
}

/** Restarts an agent: remains on the node are cleaned up when the agent is back. */
async function restartAgent(parts: Parts): Promise<void> {
  const { days, chance } = parts;
  const node = chance.pick(days.world.fleet.nodeNames);
  await days.world.fleet.killAgent(node);
  await days.pass(chance.between(1_000, MINUTE_MS));
  await days.world.fleet.startAgent(node);
  await days.pass(chance.between(1_000, MINUTE_MS));
}

/** Scheduled improvements and rounds of healing come by themselves. */
async function wait({ days, chance }: Parts): Promise<void> {
  await days.pass(chance.between(1, PASS_MINUTES_MAX) * MINUTE_MS);
}

function nameOf(kind: ResourceKind, verb: 'create' | 'update' | 'delete'): OperationName {
  return `${kind}.${verb}`;
}
