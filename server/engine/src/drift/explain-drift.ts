/** Drift in lines for people: plan, API and CLI show the same ones. */
import type {
  DeletedResource,
  DriftCause,
  DriftField,
  DriftRecord,
} from '@novacron/contract/drift/drift';
import { canonicalJson, equalJson } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { TEMPLATE } from '@novacron/contract/kinds/vm-group/member-in-question';
import { cannotReturn } from '@novacron/contract/schema/cannot-return';

/** A longer value, such as a policy's rule, would bury the other lines. Unit: characters. */
const VALUE_LENGTH_MAX = 80;

/** From this number on, one field more or less can have the same percentage of two decimals. */
const APPLIED_FIELDS_MAX = 100;

/**
 * Explains a drift.
 * @param group - name of the VM group that the VM is a member of
 * @returns a line of severity, a line a field (`memory_gb: 8 -> 16`), a line a cause and a line of
 *   what to do, without full stops but in the last
 */
export function explainDrift(record: DriftRecord, group?: string): string[] {
  const { resource_kind: kind, resource_id: id, resource_name: name, severity } = record;
  const since = `since deployment ${record.deployment} applied it at ${record.applied_at}`;
  return [
    `${kind} ${name} has drifted (${severity}): ${describeAmount(record)} ${since}`,
    ...record.fields.map(describeField),
    ...describeLeftOut(record.fields_left_out),
    ...describeCauses(record.causes),
    `${describeReturn(record, group)}To mute: novacron drift ignore ${id} ${MUTE_FLAGS}.`,
  ];
}

/** Flags that work as they are printed. */
const MUTE_FLAGS = '--until 7d --reason "planned work"';

/** Only nodes know of these fields that they differ: a plan has nothing to apply. */
const KNOWN_TO_NODES = /^(?:further_network_ids|foreign_devices)\b/;

/** Devices that no command has plugged in: returning to the configuration unplugs them. */
const FOREIGN = /^foreign_devices\b/;

function describeReturn(
  { resource_id: id, resource_kind: kind, fields }: DriftRecord,
  group: string | undefined,
): string {
  if (fields.every(({ field }) => KNOWN_TO_NODES.test(field))) {
    const isUnplugged = fields.every(({ field }) => FOREIGN.test(field));
    const what = isUnplugged ? 'unplug what was plugged in' : 'return to the configuration';
    return `To ${what}: novacron drift remediate ${id} --action revert --yes. `;
  }
  return (
    `${describeApply(kind, fields, group)} To accept the current values: ` +
    `novacron drift remediate ${id} --action adopt --yes. `
  );
}

const RETURN =
  'Apply again to return to the configuration; what `ignore_changes` lists stays, and is drift ' +
  'until it is accepted.';

/** An apply does not undo growth: a smaller disk would lose its data. */
function describeApply(
  kind: DriftRecord['resource_kind'],
  fields: readonly DriftField[],
  group: string | undefined,
): string {
  const { table } = RESOURCE_DEFINITIONS[kind];
  const grown = fields.filter(({ field, was, is }) => cannotReturn(table, field, was, is));
  if (grown.length === 0) return RETURN;
  const template = group === undefined ? '' : `${TEMPLATE}.`;
  const values = grown
    .map(({ field, is }) => `${template}${field} = ${describeValue(is)}`)
    .join(' and ');
  const where = group === undefined ? 'the configuration' : `the configuration of ${group}`;
  const kept = `${grown.map(({ field }) => field).join(' and ')} cannot shrink, so an apply keeps`;
  const rest = grown.length === fields.length ? '' : ' Apply again to return the other fields.';
  return `${kept} the larger value: set ${values} in ${where}.${rest}`;
}

/**
 * Explains that a resource is gone.
 * @returns a line of who deleted it and a line of what to do
 */
export function explainDeletion(
  deleted: Pick<DeletedResource, 'resource_kind' | 'resource_name' | 'cause'>,
): string[] {
  return [
    `${deleted.resource_kind} ${deleted.resource_name} is gone: ` +
      `deleted by ${describeCause(deleted.cause)}`,
    'Apply to create it again, or remove it from the configuration.',
  ];
}

/** Explains what a revert or an adoption does, in a line a field, for those who approve it. */
export function explainRemediation(
  { fields, fields_left_out }: Pick<DriftRecord, 'fields' | 'fields_left_out'>,
  action: 'revert' | 'adopt',
): readonly string[] {
  const lines = fields.map(({ field, was, is, wanted }) =>
    action === 'revert'
      ? `set ${field}: ${describeValue(is)} -> ${describeValue(wanted ?? was)}`
      : `accept ${field}: ${describeValue(is)} instead of ${describeValue(was)}`,
  );
  return [...lines, ...describeLeftOut(fields_left_out)];
}

/**
 * `1 of 11 fields changed (9.09 %)`. The number of applied fields follows from the percentage;
 * where its two decimals are too few for that, the number is left out.
 */
function describeAmount({ fields, fields_left_out: leftOut = 0, drift_percent }: DriftRecord) {
  const changed = fields.length + leftOut;
  const applied = Math.round((changed * 100) / drift_percent);
  const isExact = applied < APPLIED_FIELDS_MAX;
  const noun = (isExact ? applied : changed) === 1 ? 'field' : 'fields';
  return `${changed}${isExact ? ` of ${applied}` : ''} ${noun} changed (${drift_percent} %)`;
}

function describeLeftOut(count: DriftRecord['fields_left_out']): readonly string[] {
  return count === undefined ? [] : [`and ${count} more`];
}

function describeField(changed: DriftField): string {
  const { field, was, is, wanted, drift_class: driftClass, why } = changed;
  const ends = wanted === undefined ? '' : ` (expected ${describeValue(wanted)})`;
  // What was applied last is mostly what is expected.
  const begins = wanted !== undefined && equalJson(was, wanted) ? '' : `${describeValue(was)} -> `;
  const text = `${field}: ${begins}${describeValue(is)}${ends}`;
  const rated = driftClass === 'cosmetic' ? text : `${text} (${driftClass})`;
  return why === undefined ? rated : `${rated}: ${why}`;
}

function describeValue(value: DriftField['was']): string {
  if (value === null) return '(none)';
  const text = canonicalJson(value);
  if (text.length <= VALUE_LENGTH_MAX) return text;
  return `${text.slice(0, VALUE_LENGTH_MAX)}… (${text.length} characters)`;
}

function describeCauses(causes: readonly DriftCause[]): readonly string[] {
  if (causes.length === 0) return ['the audit log does not say who changed it'];
  return causes.map((cause) => `changed ${describeChange(cause)}`);
}

/** NovaCron notes what it did not do itself. */
function describeChange(cause: DriftCause): string {
  const when = whenOf(cause);
  if (cause.kind === 'hypervisor') return `on its node without NovaCron, which noted it ${when}`;
  if (cause.kind === 'guest') return `by its guest, which NovaCron noted ${when}`;
  return `by ${describeCause(cause)}`;
}

function describeCause(cause: DriftCause): string {
  const { principal, kind, client } = cause;
  return `${describeHand(kind)}${principal} with ${client} ${whenOf(cause)}`;
}

function whenOf({ at, request_id: requestId }: DriftCause): string {
  return `at ${at} (request ${requestId})`;
}

/** These say no more than the program does. */
const SILENT_KINDS: readonly DriftCause['kind'][] = ['unknown', 'terraform', 'platform'];

function describeHand(kind: DriftCause['kind']): string {
  if (kind === undefined || SILENT_KINDS.includes(kind)) return '';
  return `${kind.replaceAll('_', ' ')} `;
}
