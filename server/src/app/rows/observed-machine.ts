/**
 * The observed state of a VM on its node, where it differs from the desired one. Answers show it.
 */
import type { Machine, MachineSpec } from '@novacron/contract/agent/machine';
import { NetworkId } from '@novacron/contract/ids';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { VM_FIELDS, type VmSpec } from '@novacron/contract/kinds/vm/vm';
import { z } from 'zod';
import type { ResourceRow, VmRow } from '../../ports/tables/tables.ts';
import { fieldsOf, observedOf, type ResourceFields } from './answer-resource.ts';
import { parseList } from './parse-stored.ts';
import { amountsOf } from './vm-amounts.ts';

/** The size fields of a machine. */
export const SIZE_FIELDS = ['cpu_cores', 'memory_gb', 'disk_gb'] as const;
/** The firewall fields. */
export const GUARDS = ['security_groups', 'firewall_rules'] as const;
/** The network fields. */
export const NETWORK_FIELDS = ['network_id', 'further_network_ids'] as const;
/**
 * Key of the observed `further_network_ids`. Under its own name, answers would show it, and
 * Terraform would plan a new VM for an interface that a change of the VM plugs in again.
 */
const PLUGGED_NETWORKS = 'plugged_network_ids';
/** The field of limits. */
export const LIMIT_FIELDS = ['io_limits'] as const;
/** The list of devices that no command has plugged in. */
export const FOREIGN_FIELDS = ['foreign_devices'] as const;
/** The fields that every command sends to a node, so they are as desired afterwards. */
export const SENT_FIELDS = [
  ...GUARDS,
  ...NETWORK_FIELDS,
  ...LIMIT_FIELDS,
  ...FOREIGN_FIELDS,
] as const;

const MEMORY_STEPS_PER_GB = 16;
const MIB_PER_STEP = 64;

/** The observed sizes; none where the machine has its desired sizes. */
export function observedSizesOf(row: ResourceRow): JsonObject {
  return pickFields(observedOf(row), SIZE_FIELDS);
}

/** The recorded differences of a machine; undefined where there are none. */
export function observedMachineOf(row: ResourceRow): JsonObject | undefined {
  const observed = observedOf(row);
  const guards = observed.firewall_rules === undefined ? {} : withAll(observed, GUARDS);
  const fields = [...SIZE_FIELDS, 'network_id', ...LIMIT_FIELDS, ...FOREIGN_FIELDS];
  const { [PLUGGED_NETWORKS]: plugged } = observed;
  const further = plugged === undefined ? {} : { further_network_ids: plugged };
  const seen = { ...pickFields(observed, fields), ...further, ...guards };
  return Object.keys(seen).length === 0 ? undefined : seen;
}

/** Returns the further networks for which a VM was observed to lack the interface. */
export function missingNetworksOf({ desired, observed }: ResourceFields): readonly string[] {
  const { [PLUGGED_NETWORKS]: plugged } = observed;
  if (plugged === undefined) return [];
  const present = namesIn(plugged);
  return namesIn(desired.further_network_ids).filter((id) => !present.includes(id));
}

/** Differences of a machine as `observedMachineOf` finds them again. */
export function recordedMachine(seen: JsonObject): JsonObject {
  const { further_network_ids: plugged, ...others } = seen;
  return plugged === undefined ? others : { ...others, [PLUGGED_NETWORKS]: plugged };
}

/** Whether a machine has differences that any change of the VM corrects. */
export function isCorrectedByChange(row: ResourceRow): boolean {
  return Object.keys(pickFields(observedMachineOf(row) ?? {}, SENT_FIELDS)).length > 0;
}

/** The observed fields of a VM whose machine is missing, besides its unknown status. */
export const MACHINE_GONE = { machine: 'gone' } as const;

/** Whether its machine was observed to be missing from its node: no operation got stuck at it. */
export function isMachineGone(row: ResourceRow): boolean {
  return saysMachineGone(observedOf(row));
}

function saysMachineGone({ status, machine }: JsonObject): boolean {
  return status === 'unknown' && machine === MACHINE_GONE.machine;
}

/** The observed fields of a VM that may have a machine again. */
export function withMachine(observed: JsonObject): JsonObject {
  const { machine: _gone, ...others } = observed;
  return others;
}

/**
 * The nodes that a VM was recovered from, which may have a copy of its machine when they are back.
 */
export function recoveredFrom({ recovered_from }: JsonObject): readonly string[] {
  return namesIn(recovered_from);
}

/** Those of them that have the root disk which the VM had before it got a new one. */
export function recreatedFrom({ recreated_from }: JsonObject): readonly string[] {
  return namesIn(recreated_from);
}

/** Those of them that have disks with what was written since the VM was restored elsewhere. */
export function restoredFrom({ restored_from }: JsonObject): readonly string[] {
  return namesIn(restored_from);
}

function namesIn(names: unknown): readonly string[] {
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

/** Whether a VM is recorded as paused. */
export function isPaused(row: ResourceRow): boolean {
  const { status, paused } = observedOf(row);
  return status === 'running' && paused === true;
}

/** The observed fields of a VM without its pause. */
export function withoutPause(observed: JsonObject): JsonObject {
  const { paused: _halted, ...others } = observed;
  return others;
}

/**
 * The observed fields of a VM that starts or stops: without its pause, the reason of its last stop,
 * how often it was started again, and its health.
 */
export function withoutHalt(observed: JsonObject): JsonObject {
  const {
    stop_reason: _reason,
    restarts_failed: _attempts,
    health: _health,
    console_tail: _lines,
    ...others
  } = withoutPause(observed);
  return others;
}

/**
 * The observed fields of a stopped VM that was started in vain, and is not started again.
 * @param consoleTail - the last lines of its console, as plain text; none where not known
 */
export function givenUpAfter(attempts: number, consoleTail: readonly string[]): JsonObject {
  const lines = consoleTail.length === 0 ? {} : { console_tail: [...consoleTail] };
  return { restarts_failed: attempts, ...lines };
}

/** The last lines of the console of a VM that was given up; none of any other. */
export function consoleTailOf(observed: JsonObject): readonly string[] {
  if (attemptsBefore(observed) === null) return [];
  return Lines.safeParse(observed.console_tail ?? []).data ?? [];
}

const Lines = z.array(z.string());

/** After how many starts in a row a VM was given up; null where it is not. */
export function attemptsBefore({ status, restarts_failed: attempts }: JsonObject): number | null {
  return status === 'stopped' && typeof attempts === 'number' ? attempts : null;
}

/** The addresses that the guest of a VM has reported; none of a VM that does not run. */
export function guestAddressesOf(
  { guest_addresses_json: reported }: Pick<VmRow, 'guest_addresses_json'>,
  { status }: JsonObject,
): readonly string[] {
  if (status !== 'running' || reported === null) return [];
  return parseList<string>(reported) ?? [];
}

/** The observed fields of a VM that a command has started or stopped. */
export function commandedPower(status: 'running' | 'stopped'): JsonObject {
  return status === 'stopped' ? { status, stop_reason: COMMANDED } : { status };
}

const COMMANDED: StopReason = 'command';

/** Returns the reason why the VM is stopped, if known; undefined for any other VM. */
export function stopReasonOf(observed: JsonObject): StopReason | undefined {
  return observed.status === 'stopped'
    ? StopReason.safeParse(observed.stop_reason).data
    : undefined;
}

/** Whether a VM is recorded as stopped: its machine waits on its node. */
export function isOff(row: ResourceRow): boolean {
  const { status } = observedOf(row);
  return status === 'stopped' || status === 'preempted';
}

/** The observed power state, where it differs from the desired one; none during an operation. */
export function observedPowerOf(
  row: ResourceRow,
  { desired, observed }: ResourceFields = fieldsOf(row),
): JsonObject {
  const status = saysMachineGone(observed) ? 'stopped' : observed.status;
  const isKnown = row.busy_operation_id === null && (status === 'stopped' || status === 'running');
  const wanted = desired.power_state ?? VM_FIELDS.power_state.default;
  return isKnown && status !== wanted ? { power_state: status } : {};
}

/** Effect of a change on the observed fields. */
export interface ObservedChange {
  /** Observed power and sizes of the fields that it changes: its starting point. */
  readonly asked: JsonObject;
  /**
   * Observed sizes of the fields that it does not change stay: a change of labels shrinks no disk.
   */
  readonly asFound: ObservedSizes;
  /** The same with the power. */
  readonly leaves: JsonObject;
  /** The observed fields afterwards; nodes receive `SENT_FIELDS` with every change. */
  readonly settled: JsonObject;
}

/** Sizes, by field. */
export type ObservedSizes = Partial<Pick<VmSpec, (typeof SIZE_FIELDS)[number]>>;

/** Splits the observed fields of a VM by those that a change sets. */
export function splitObserved(
  row: ResourceRow,
  input: Readonly<Record<string, unknown>>,
): ObservedChange {
  const isAsked = (name: string) => input[name] !== undefined;
  const seen = { ...observedPowerOf(row), ...observedSizesOf(row) };
  const names = Object.keys(seen);
  const asked = pickFields(seen, names.filter(isAsked));
  const leaves = pickFields(
    seen,
    names.filter((name) => !isAsked(name)),
  );
  // Numbers, as `compareSizes` found them.
  const asFound = pickFields(leaves, SIZE_FIELDS) as ObservedSizes;
  const settled = withoutObserved(observedOf(row), SIZE_FIELDS.filter(isAsked));
  return { asked, asFound, leaves, settled };
}

/** The observed fields of a VM that a change leaves: without `SENT_FIELDS` and these. */
export function withoutObserved(observed: JsonObject, fields: readonly string[]): JsonObject {
  const gone = new Set<string>([...SENT_FIELDS, PLUGGED_NETWORKS, ...fields]);
  return Object.fromEntries(Object.entries(observed).filter(([name]) => !gone.has(name)));
}

/**
 * Translates the sizes of a machine into the fields of its VM. Memory is given in steps of 64 MiB:
 * a difference of less than half a step is none.
 * @returns those that differ from the desired ones and are valid for a VM
 */
export function compareSizes(
  spec: Pick<VmSpec, (typeof SIZE_FIELDS)[number]>,
  found: Pick<MachineSpec, 'cpu_cores' | 'memory_mib' | 'disk_gb'>,
): JsonObject {
  const isSameMemory = amountsOf(spec).memoryMib === found.memory_mib;
  const steps = Math.max(1, Math.round(found.memory_mib / MIB_PER_STEP));
  const sizes = {
    cpu_cores: found.cpu_cores,
    memory_gb: isSameMemory ? spec.memory_gb : steps / MEMORY_STEPS_PER_GB,
    disk_gb: found.disk_gb,
  };
  const news = SIZE_FIELDS.filter(
    (name) => sizes[name] !== spec[name] && VM_FIELDS[name].schema.safeParse(sizes[name]).success,
  );
  return pickFields(sizes, news);
}

/**
 * Names the network that a machine is connected to, where it differs from the VM's; null where it
 * has none, or an unknown one.
 */
export function compareNetwork(
  { network_id: wanted }: Pick<VmSpec, 'network_id'>,
  found: MachineSpec['network'],
): JsonObject {
  // Most are in none, which needs no failed parse.
  const network_id = found ? (NetworkId.safeParse(found.network_id).data ?? null) : null;
  return network_id === (wanted ?? null) ? {} : { network_id };
}

/**
 * Names the further networks whose interfaces a machine has, where some are missing. Interfaces
 * that NovaCron did not make are not among them.
 */
export function compareFurtherNetworks(
  { further_network_ids: wanted }: Pick<VmSpec, 'further_network_ids'>,
  found: MachineSpec['further_networks'],
): JsonObject {
  // Most have none.
  if (!wanted?.length) return {};
  const plugged = wanted.filter((id) => found?.some(({ network_id }) => network_id === id));
  return plugged.length === wanted.length ? {} : { further_network_ids: plugged };
}

/** Lists the devices that a machine has without a command. */
export function listForeign({ foreign_devices: found }: Pick<Machine, 'foreign_devices'>) {
  if (!found?.length) return {};
  // Without what an agent of a later release says of a device.
  const devices = found.map(({ kind, name, mac_address }) => ({ kind, name, mac_address }));
  return { foreign_devices: devices };
}

/** Some fields of an object, as far as it has them. */
export function pickFields<Value>(
  from: Readonly<Record<string, Value>>,
  names: readonly string[],
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}

/** Whether both have equal values in these fields. */
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
