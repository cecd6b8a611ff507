/** Asks the policies about members of a VM group whose template is not wholly known yet. */
import {
  fieldInTemplate,
  type MemberInQuestion,
  membersInQuestion,
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
 * Decides about what is known of a template: the create of each member that is to come, the update
 * of each one that is there. Members are prepared once everything is known.
 */
export async function decideOpenMembers(
  deps: CapabilityDeps,
  context: CallContext,
  group: OpenGroup,
): Promise<readonly WriteDecision[]> {
  const { operation, wanted, id, unknown } = group;
  if (wanted === null || !hasOpenTemplate(unknown)) return [];
  const members = membersInQuestion(wanted, unknown);
  const [model] = members;
  if (model === undefined) return [];
  const isNew = operation === 'vm_group.create';
  const { vms } = isNew ? { vms: [] } : await readMembersOf(deps.store, id);
  const names = new Set<string | null>(vms.map(({ name }) => name));
  const added = members.filter(({ name }) => !names.has(name));
  const updates = vms.map((vm) => {
    const before = desiredOf(vm);
    const question = questionOf({ ...model, name: vm.name }, id);
    return {
      ...question,
      operation: 'vm.update' as const,
      target: { id: vm.id, name: vm.name },
      before,
      wanted: { ...before, ...question.wanted, name: vm.name },
    };
  });
  const creates = added
    .slice(0, Math.max(0, members.length - vms.length))
    .map((member) => questionOf(member, id));
  return Promise.all(
    [...updates, ...creates].map((question) => deps.verdicts.decide(context, question)),
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
