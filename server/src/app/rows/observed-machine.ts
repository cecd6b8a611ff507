/** What a VM was found to be on its node, where that is not what it shall be. Answers show it. */
import type { MachineSpec } from '@novacron/contract/agent';
import { NetworkId } from '@novacron/contract/ids';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, type VmSpec } from '@novacron/contract/vm';
import type { ResourceRow } from '../../ports/tables.ts';
import { fieldsOf, observedOf, type ResourceFields } from './answer-resource.ts';
import { amountsOf } from './vm-amounts.ts';

/** The fields that say how large a machine is. */
export const SIZES = ['cpu_cores', 'memory_gb', 'disk_gb'] as const;
/** Those that say what guards it. */
export const GUARDS = ['security_groups', 'firewall_rules'] as const;
/** That which says where it is connected. */
export const WIRES = ['network_id'] as const;
/** What nodes are told with every change, so that it is then as it shall be. */
export const TOLD = [...GUARDS, ...WIRES] as const;

const MEMORY_STEPS_PER_GB = 16;
const MIB_PER_STEP = 64;

/** The sizes that were found; none where the machine is as large as it shall be. */
export function seenSizesOf(row: ResourceRow): JsonObject {
  return pickFields(observedOf(row), SIZES);
}

/** What was written down of a machine; undefined where the node does as it shall. */
export function seenMachineOf(row: ResourceRow): JsonObject | undefined {
  const observed = observedOf(row);
  const guards = observed.firewall_rules === undefined ? {} : withAll(observed, GUARDS);
  const seen = { ...pickFields(observed, [...SIZES, ...WIRES]), ...guards };
  return Object.keys(seen).length === 0 ? undefined : seen;
}

/** Whether a machine is otherwise than its VM in what any change of the VM puts right. */
export function isPutRightByChange(row: ResourceRow): boolean {
  return Object.keys(pickFields(seenMachineOf(row) ?? {}, TOLD)).length > 0;
}

/** What is known of a VM whose machine is gone, besides that its status is unknown. */
export const MACHINE_GONE = { machine: 'gone' } as const;

/** Whether its machine was found to be gone from its node: no operation got stuck at it. */
export function isMachineGone(row: ResourceRow): boolean {
  return saysMachineGone(observedOf(row));
}

function saysMachineGone({ status, machine }: JsonObject): boolean {
  return status === 'unknown' && machine === MACHINE_GONE.machine;
}

/** What is known of a VM that may have a machine again. */
export function withMachine(observed: JsonObject): JsonObject {
  const { machine: _gone, ...others } = observed;
  return others;
}

/** Whether a VM is known not to run: its machine waits on its node. */
export function isOff(row: ResourceRow): boolean {
  const { status } = observedOf(row);
  return status === 'stopped' || status === 'preempted';
}

/** Whether a VM runs, where it is not as it shall; nothing while somebody works on it. */
export function seenPowerOf(
  row: ResourceRow,
  { desired, observed }: ResourceFields = fieldsOf(row),
): JsonObject {
  const status = saysMachineGone(observed) ? 'stopped' : observed.status;
  const isKnown = row.busy_operation_id === null && (status === 'stopped' || status === 'running');
  const wanted = desired.power_state ?? VM_FIELDS.power_state.default;
  return isKnown && status !== wanted ? { power_state: status } : {};
}

/** What a change makes of what was found. */
export interface SeenByChange {
  /** Power and sizes that it asks for, as they are: what it begins with. */
  readonly asked: JsonObject;
  /** Sizes that it does not ask for stay as they were found: a change of labels shrinks no disk. */
  readonly asFound: FoundSizes;
  /** The same with the power. */
  readonly leaves: JsonObject;
  /** What is known of the VM when it is done, of which nodes are told `TOLD` with every change. */
  readonly settled: JsonObject;
}

/** Sizes, by field. */
export type FoundSizes = Partial<Pick<VmSpec, (typeof SIZES)[number]>>;

/** Splits what was found of a VM by the fields that a change asks for. */
export function splitSeen(
  row: ResourceRow,
  input: Readonly<Record<string, unknown>>,
): SeenByChange {
  const isAsked = (name: string) => input[name] !== undefined;
  const seen = { ...seenPowerOf(row), ...seenSizesOf(row) };
  const names = Object.keys(seen);
  const asked = pickFields(seen, names.filter(isAsked));
  const leaves = pickFields(
    seen,
    names.filter((name) => !isAsked(name)),
  );
  // Numbers, as `compareSizes` found them.
  const asFound = pickFields(leaves, SIZES);
  const settled = withoutSeen(observedOf(row), SIZES.filter(isAsked));
  return { asked, asFound: asFound as FoundSizes, leaves, settled };
}

/** What is known of a VM without what a change puts right: `TOLD`, and these fields. */
export function withoutSeen(observed: JsonObject, fields: readonly string[]): JsonObject {
  const gone = new Set<string>([...TOLD, ...fields]);
  return Object.fromEntries(Object.entries(observed).filter(([name]) => !gone.has(name)));
}

/**
 * Puts the sizes of a machine in the words of its VM. Memory is said in steps of 64 MiB: what is
 * less than half a step apart is the same.
 * @returns those that are not as they shall be, and that a VM can have
 */
export function compareSizes(
  spec: Pick<VmSpec, (typeof SIZES)[number]>,
  found: Pick<MachineSpec, 'cpu_cores' | 'memory_mib' | 'disk_gb'>,
): JsonObject {
  const isSameMemory = amountsOf(spec).memoryMib === found.memory_mib;
  const steps = Math.max(1, Math.round(found.memory_mib / MIB_PER_STEP));
  const sizes = {
    cpu_cores: found.cpu_cores,
    memory_gb: isSameMemory ? spec.memory_gb : steps / MEMORY_STEPS_PER_GB,
    disk_gb: found.disk_gb,
  };
  const news = SIZES.filter(
    (name) => sizes[name] !== spec[name] && VM_FIELDS[name].schema.safeParse(sizes[name]).success,
  );
  return pickFields(sizes, news);
}

/**
 * Names the network that a machine is connected to, where that is not the one of its VM; null where
 * it is in none, or in one that is not NovaCron's.
 */
export function compareNetwork(
  { network_id: wanted }: Pick<VmSpec, 'network_id'>,
  found: MachineSpec['network'],
): JsonObject {
  // Most are in none, which takes no failed parse to know.
  const network_id = found ? (NetworkId.safeParse(found.network_id).data ?? null) : null;
  return network_id === (wanted ?? null) ? {} : { network_id };
}

/** Some fields of an object, as far as it has them. */
export function pickFields(from: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}

/** Whether both say the same of these fields. */
export function equalFields(
  left: JsonObject,
  right: JsonObject,
  names: readonly string[],
): boolean {
  return equalJson(pickFields(left, names), pickFields(right, names));
}

function withAll(from: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
}
