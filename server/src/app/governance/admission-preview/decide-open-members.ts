/** Asks the policies about members of a VM group whose template is not wholly known yet. */
import {
  fieldInTemplate,
  type MemberInQuestion,
  memberInQuestion,
} from '@novacron/contract/kinds/vm-group/member-in-question';
import { GROUP_LABEL } from '@novacron/contract/kinds/vm-group/vm-group';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PolicySubject, WriteDecision } from '../../kernel/context/policy-question.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readMembersOf } from '../../resources/vm-group/read-vm-groups.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { knownFields } from './known-fields.ts';

/** A previewed write of a group. */
interface OpenGroup {
  readonly operation: string;
  readonly before: FieldValues | null;
  readonly wanted: FieldValues | null;
  readonly id: string;
  readonly unknown: readonly string[];
}

/** Whether a write sets a template of which something is not known. */
export function hasOpenTemplate(unknown: readonly string[]): boolean {
  return unknown.some((path) => fieldInTemplate(path) !== undefined);
}

/**
 * Decides about what is known of a template: the create of the first member of a new group, the
 * update of each member of an existing one. Members are prepared once everything is known.
 */
export async function decideOpenMembers(
  deps: CapabilityDeps,
  context: CallContext,
  group: OpenGroup,
): Promise<readonly WriteDecision[]> {
  const { operation, wanted, id, unknown } = group;
  if (wanted === null || !hasOpenTemplate(unknown)) return [];
  const member = memberInQuestion(wanted, unknown);
  if (member === undefined) return [];
  if (operation === 'vm_group.create') {
    return [await deps.verdicts.decide(context, questionOf(member, id))];
  }
  const { vms } = await readMembersOf(deps.store, id);
  return Promise.all(
    vms.map((vm) => {
      const before = desiredOf(vm);
      const question = questionOf({ ...member, name: vm.name }, id);
      const fields = { ...before, ...question.wanted, name: vm.name };
      return deps.verdicts.decide(context, {
        ...question,
        operation: 'vm.update',
        target: { id: vm.id, name: vm.name },
        before,
        wanted: fields,
      });
    }),
  );
}

function questionOf(
  { name, fields, unknown }: MemberInQuestion,
  groupId: string,
): PolicySubject & { readonly wanted: FieldValues } {
  const metadata = { ...Object(fields.metadata), [GROUP_LABEL]: groupId };
  return {
    operation: 'vm.create',
    resourceKind: 'vm',
    target: { id: '', name: name ?? '' },
    before: null,
    wanted: knownFields({ ...fields, metadata }, unknown),
    unknown,
    moment: 'preview',
  };
}
