/** Chooses what a client asks for next: mostly writes that can work, some that cannot. */
import type { JsonObject } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Chance } from '../world/chance.ts';
import type { Directory, Known, KnownKind } from './directory.ts';
import { chooseRule } from './rules.ts';
import { chooseTerms } from './terms.ts';

/** A call that is ready to be sent. */
export interface Call {
  readonly name: OperationName;
  readonly input: JsonObject;
}

/** Inputs of a choice. */
export interface ChoiceScope {
  readonly chance: Chance;
  readonly directory: Directory;
  /** Names of nodes. */
  readonly nodes: readonly string[];
  /** An unused key. */
  readonly freshKey: () => string;
}

type Choice = (scope: ChoiceScope) => Call | undefined;

/** Few names, so that clients want the same ones. */
const NAMES_PER_KIND = 14;

const CHOICES: readonly (readonly [weight: number, choice: Choice])[] = [
  [9, createVm],
  [2, createReservation],
  [2, takeReservation],
  [1, deleteReservation],
  [6, updateVm],
  [4, changeOf('vm.delete', 'vm', () => ({}))],
  [5, migrateVm],
  [2, powerOf('vm.stop', ({ chance }) => (chance.happens(0.3) ? { force: 'yes' } : {}))],
  [2, powerOf('vm.start', () => ({}))],
  [4, createVolume],
  [6, updateVolume],
  [2, changeOf('volume.delete', 'volume', () => ({}))],
  [3, createSnapshot],
  [2, changeOf('snapshot.restore', 'snapshot', () => ({}))],
  [2, changeOf('snapshot.delete', 'snapshot', () => ({}))],
  [1, () => ({ name: 'snapshot.list', input: {} })],
  [2, createNetwork],
  [1, changeOf('network.update', 'network', renamed)],
  [1, changeOf('network.delete', 'network', () => ({}))],
  [3, createPolicy],
  [1, changeOf('policy.update', 'policy', ({ chance }) => ({ enabled: chance.happens(0.5) }))],
  [1, changeOf('policy.update', 'policy', ({ chance }) => ({ rule: chooseRule(chance) }))],
  [1, changeOf('policy.delete', 'policy', () => ({}))],
  [2, readOf('vm.get', 'vm')],
  [1, readOf('volume.get', 'volume')],
  [1, readOf('operation.get', 'operation')],
  [2, () => ({ name: 'vm.list', input: {} })],
  [1, () => ({ name: 'volume.list', input: {} })],
  [1, () => ({ name: 'network.list', input: {} })],
  [1, () => ({ name: 'operation.list', input: { limit: 5 } })],
  [1, () => ({ name: 'event.list', input: { limit: 20 } })],
  [1, () => ({ name: 'audit.list', input: { limit: 5 } })],
  [1, () => ({ name: 'template.list', input: {} })],
  [1, () => ({ name: 'node.list', input: {} })],
  [1, () => ({ name: 'drift.report', input: {} })],
  [1, previewVm],
];

const WEIGHTS = CHOICES.reduce((sum, [weight]) => sum + weight, 0);

/** Chooses; undefined when what it would be about does not exist. */
export function chooseCall(scope: ChoiceScope): Call | undefined {
  let place = scope.chance.next() * WEIGHTS;
  for (const [weight, choice] of CHOICES) {
    if (place < weight) return choice(scope);
    place -= weight;
  }
  return undefined;
}

function nameOf(kind: string, { chance }: ChoiceScope): string {
  return `${kind}-${chance.between(1, NAMES_PER_KIND)}`;
}

/** Sometimes a client has no key. */
function keyFor({ chance, freshKey }: ChoiceScope): JsonObject {
  return chance.happens(0.85) ? { idempotency_key: freshKey() } : {};
}

function someId(kind: KnownKind, { chance, directory }: ChoiceScope, often: number): string | null {
  return chance.happens(often) ? (directory.pick(kind, chance)?.id ?? null) : null;
}

/** Changes insist on a revision now and then, and not always on the right one. */
function insistence({ chance }: ChoiceScope, { revision }: Known): JsonObject {
  if (!chance.happens(0.4)) return {};
  return { if_revision: chance.happens(0.8) ? revision : chance.between(1, 5) };
}

function changeOf(
  name: OperationName,
  kind: KnownKind,
  fields: (scope: ChoiceScope, known: Known) => JsonObject,
): Choice {
  return (scope) => {
    const known = scope.directory.pick(kind, scope.chance);
    if (known === undefined) return undefined;
    const input = { id: known.id, ...insistence(scope, known), ...fields(scope, known) };
    return { name, input };
  };
}

function readOf(name: OperationName, kind: KnownKind): Choice {
  return ({ chance, directory }) => {
    const known = directory.pick(kind, chance);
    return known === undefined ? undefined : { name, input: { id: known.id } };
  };
}

function vmFields(scope: ChoiceScope): JsonObject {
  const { chance } = scope;
  return {
    name: nameOf('vm', scope),
    cpu_cores: chance.between(1, 5),
    memory_gb: chance.between(1, 24) / 2,
    disk_gb: chance.between(5, 60),
    network_id: someId('network', scope, 0.5),
    ...chooseFurther(scope),
    template_id: someId('template', scope, 0.2),
    ...(chance.happens(0.3) ? { metadata: { tier: chance.pick(['web', 'db']) } } : {}),
    ...chooseTerms(chance),
  };
}

function chooseFurther(scope: ChoiceScope): JsonObject {
  const id = someId('network', scope, 0.2);
  return id === null ? {} : { further_network_ids: [id] };
}

function createVm(scope: ChoiceScope): Call {
  return { name: 'vm.create', input: { ...vmFields(scope), ...keyFor(scope) } };
}

/** Short enough that some are over before anybody takes them. */
const TTL_SECONDS = { least: 20, most: 900 };

function createReservation(scope: ChoiceScope): Call {
  const { network_id: _, template_id: __, ...fields } = vmFields(scope);
  const name = nameOf('room', scope);
  const ttl_seconds = scope.chance.between(TTL_SECONDS.least, TTL_SECONDS.most);
  return { name: 'reservation.create', input: { ...fields, name, ttl_seconds, ...keyFor(scope) } };
}

function takeReservation(scope: ChoiceScope): Call | undefined {
  const { chance, directory } = scope;
  const known = directory.pick('reservation', chance);
  if (known === undefined) return undefined;
  const size = { cpu_cores: chance.between(1, 3), memory_gb: 1, disk_gb: 5 };
  const input = { ...vmFields(scope), ...size, reservation_id: known.id, ...keyFor(scope) };
  return { name: 'vm.create', input };
}

function deleteReservation({ chance, directory }: ChoiceScope): Call | undefined {
  const known = directory.pick('reservation', chance);
  return known === undefined ? undefined : { name: 'reservation.delete', input: { id: known.id } };
}

function previewVm(scope: ChoiceScope): Call {
  return { name: 'admission.preview', input: { operation: 'vm.create', input: vmFields(scope) } };
}

function updateVm(scope: ChoiceScope): Call | undefined {
  const { chance } = scope;
  return changeOf('vm.update', 'vm', (_scope, known) => ({
    ...(chance.happens(0.5) ? { cpu_cores: chance.between(1, 6) } : {}),
    ...(chance.happens(0.5) ? { memory_gb: chance.between(1, 12) } : {}),
    ...(chance.happens(0.4) ? { disk_gb: known.diskGb + chance.between(-1, 30) } : {}),
    ...(chance.happens(0.3) ? { network_id: someId('network', scope, 0.7) } : {}),
    ...(chance.happens(0.2) ? { name: nameOf('vm', scope) } : {}),
    ...(chance.happens(0.2) ? { metadata: { tier: chance.pick(['web', 'db', 'lb']) } } : {}),
    ...chooseTerms(chance),
  }))(scope);
}

function migrateVm(scope: ChoiceScope): Call | undefined {
  const { chance, directory, nodes } = scope;
  const known = directory.pick('vm', chance);
  if (known === undefined) return undefined;
  const where = chance.happens(0.4) ? { node: chance.pick(nodes) } : {};
  return { name: 'vm.migrate', input: { id: known.id, ...where } };
}

function powerOf(name: 'vm.start' | 'vm.stop', fields: (scope: ChoiceScope) => JsonObject): Choice {
  return (scope) => {
    const known = scope.directory.pick('vm', scope.chance);
    return known === undefined ? undefined : { name, input: { id: known.id, ...fields(scope) } };
  };
}

function createVolume(scope: ChoiceScope): Call {
  const { chance } = scope;
  const fields = {
    name: nameOf('volume', scope),
    size_gb: chance.between(1, 120),
    type: chance.pick(['ssd', 'hdd', 'nvme']),
    attached_to: someId('vm', scope, 0.6),
    source_snapshot_id: someId('snapshot', scope, 0.2),
  };
  return { name: 'volume.create', input: { ...fields, ...keyFor(scope) } };
}

function updateVolume(scope: ChoiceScope): Call | undefined {
  const { chance } = scope;
  return changeOf('volume.update', 'volume', (_scope, known) => ({
    ...(chance.happens(0.4) ? { size_gb: Math.max(1, known.diskGb) + chance.between(-1, 20) } : {}),
    ...(chance.happens(0.7) ? { attached_to: someId('vm', scope, 0.7) } : {}),
    ...(chance.happens(0.2) ? { name: nameOf('volume', scope) } : {}),
  }))(scope);
}

function createSnapshot(scope: ChoiceScope): Call | undefined {
  const volume = scope.directory.pick('volume', scope.chance);
  if (volume === undefined) return undefined;
  const fields = { name: nameOf('snapshot', scope), volume_id: volume.id };
  return { name: 'snapshot.create', input: { ...fields, ...keyFor(scope) } };
}

function createNetwork(scope: ChoiceScope): Call {
  const cidr = `10.${scope.chance.between(0, 7)}.0.0/16`;
  return {
    name: 'network.create',
    input: { name: nameOf('network', scope), cidr, ...keyFor(scope) },
  };
}

function renamed(scope: ChoiceScope): JsonObject {
  return { name: nameOf('network', scope), dns_servers: ['10.0.0.2'] };
}

function createPolicy(scope: ChoiceScope): Call {
  const { chance } = scope;
  const fields = {
    name: nameOf('policy', scope),
    type: chance.pick(['compliance', 'resource', 'security']),
    enforcement_mode: chance.pick(['block', 'warn', 'audit']),
    rule: chooseRule(chance),
  };
  return { name: 'policy.create', input: { ...fields, ...keyFor(scope) } };
}
