/** Says what a write would do, and to what, before it is sent. */
import {
  isOperationName,
  type OperationName,
} from '@novacron/contract/operations-table/operations';
import { ok, type Result } from '@novacron/contract/result';
import type { TableCommand } from '../arguments/command-table.ts';
import { wordsOf } from '../arguments/nouns.ts';
import { callOperation, type Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';

/** What people may not expect of a write. */
const EFFECTS: Partial<Readonly<Record<OperationName, string>>> = {
  'node.confirm_dead': 'its VMs may then run on other nodes',
  'node.cut_off': 'its VMs lose their storage',
  'node.fence': 'its power is switched off',
  'snapshot.delete': 'its content is lost',
  'snapshot.restore': 'the content of its volume is replaced',
  'tenant.delete': 'its API keys stop working',
  'vm.delete': 'its root disk is lost; volumes are detached, not deleted',
  'vm.reset': 'the guest may lose what it has not written',
  'vm.stop': 'the guest is not asked and may lose what it has not written',
  'vm_group.delete': 'all its members are deleted',
  'vm_group.replace_members': 'the root disks of the members are lost',
  'volume.delete': 'its content is lost',
};

/**
 * Describes a write in one line: `Delete VM web-01 (vm_…, running): its root disk is lost …`.
 * Failures: those of reading the resource.
 */
export async function describeWrite(
  session: Session,
  { operation, noun, verb }: TableCommand,
  input: Fields,
): Promise<Result<string, Failure>> {
  const read = `${noun}.get`;
  const found =
    isOperationName(read) && input.id !== undefined
      ? await callOperation(session, read, { id: input.id })
      : ok<Fields>({});
  if (!found.ok) return found;
  const { name, status } = found.value;
  const action = verb.replaceAll('-', ' ');
  const details = [...(name === undefined ? [] : [input.id]), status];
  const notes = details.filter((detail) => typeof detail === 'string').join(', ');
  const subject = [wordsOf(noun), name ?? input.id ?? input.name ?? ''].join(' ').trim();
  const effect = EFFECTS[operation] === undefined ? '' : `: ${EFFECTS[operation]}`;
  const head = `${action.charAt(0).toUpperCase()}${action.slice(1)} ${subject}`;
  return ok(plainLine(`${head}${notes === '' ? '' : ` (${notes})`}${effect}`));
}
