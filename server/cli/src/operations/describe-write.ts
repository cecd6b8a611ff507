/** Says what a write would do, and to what, before it is sent. */
import {
  isOperationName,
  type OperationName,
} from '@novacron/contract/operations-table/operations';
import { ok, type Result } from '@novacron/contract/result';
import { asksFirst } from '../arguments/asks-first.ts';
import type { TableCommand } from '../arguments/command-table.ts';
import { wordsOf } from '../arguments/nouns.ts';
import { listAll } from '../client/list-all.ts';
import { callOperation, type Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';

/** Effects of a write that users may not expect. */
const EFFECTS: Partial<Readonly<Record<OperationName, string>>> = {
  'node.confirm_dead': 'its VMs may then run on other nodes',
  'node.cut_off': 'its VMs lose their storage',
  'node.fence': 'its power is switched off',
  'snapshot.delete': 'its content is lost',
  'snapshot.restore': 'the content of its volume is replaced',
  'tenant.delete': 'its API keys stop working',
  'vm.delete': 'its root disk is lost; volumes are detached, not deleted',
  'vm.recover':
    'it starts although its disks are locked; a machine that still writes to them destroys them',
  'vm.reset': 'the guest may lose what it has not written',
  'vm.stop': 'the guest is not asked and may lose what it has not written',
  'vm_group.delete': 'all its members are deleted',
  'vm_group.replace_members': 'the root disks of the members are lost',
  'volume.delete': 'its content is lost',
};

/**
 * Describes a write: `Delete VM web-01 (vm_…, running): its root disk is lost …`; below it a line
 * for each field that an update changes. Failures: those of reading the resource.
 */
export async function describeWrite(
  session: Session,
  { operation, noun, verb }: TableCommand,
  input: Fields,
): Promise<Result<readonly string[], Failure>> {
  const found = input.id === undefined ? ok<Fields>({}) : await readOne(session, noun, input.id);
  if (!found.ok) return found;
  const { name, status } = found.value;
  const action = verb.replaceAll('-', ' ');
  const details = [...(name === undefined ? [] : [input.id]), status];
  const notes = details.filter((detail) => typeof detail === 'string').join(', ');
  const subject = [wordsOf(noun), name ?? input.id ?? input.name ?? ''].join(' ').trim();
  const risk = asksFirst(operation, input) ? EFFECTS[operation] : undefined;
  const effect = risk === undefined ? '' : `: ${risk}`;
  const head = `${action.charAt(0).toUpperCase()}${action.slice(1)} ${subject}`;
  const first = `${head}${notes === '' ? '' : ` (${notes})`}${effect}`;
  const changes = verb === 'update' ? describeChanges(input, found.value) : [];
  return ok([first, ...changes].map(plainLine));
}

/** Reads what a write is about; API keys and others are only in lists. */
async function readOne(
  session: Session,
  noun: string,
  id: unknown,
): Promise<Result<Fields, Failure>> {
  const [get, list] = [`${noun}.get`, `${noun}.list`];
  if (isOperationName(get)) return callOperation(session, get, { id });
  if (!isOperationName(list)) return ok({});
  const items = await listAll(session, { operation: list, input: {} });
  return items.ok ? ok(items.value.find((item) => item.id === id) ?? {}) : items;
}

/** Fields of an update that are no fields of the resource. */
const NOT_OF_RESOURCE = /^(?:id$|if_|restart$)/;

/** A longer value would bury the other lines. Unit: characters. */
const VALUE_LENGTH_MAX = 200;

/** `  memory_gb: 8 -> 16`; values that answers do not contain, such as passwords, are not shown. */
function describeChanges(input: Fields, before: Fields): readonly string[] {
  return Object.entries(input)
    .filter(([field]) => !NOT_OF_RESOURCE.test(field))
    .map(([field, after]) =>
      Object.hasOwn(before, field)
        ? `  ${field}: ${valueText(before[field])} -> ${valueText(after)}`
        : `  ${field}: changed`,
    );
}

function valueText(value: unknown): string {
  const text = value === null ? '-' : JSON.stringify(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}...` : text;
}
