/** Members of a VM group that do not exist yet. */
import { fillDefaults } from '../../schema/field.ts';
import { VM_FIELDS } from '../vm/vm.ts';

/** The attribute of a group that configures its members. */
export const TEMPLATE = 'vm';

/** Returns the name of a member. */
export function memberName(groupName: string, ordinal: number): string {
  return `${groupName}-${ordinal}`;
}

/** A VM as a policy is asked about it. */
export interface MemberInQuestion {
  readonly name: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Names of the fields whose values are not known yet. */
  readonly unknown: readonly string[];
}

/**
 * The members of a group, which policies are asked about before there are any: they are made of the
 * same template, under names of their own.
 * @param group - the fields of the group as far as they are known
 * @param unknown - paths of what is not known: `min_size`, `vm.network_id`
 * @returns the first member where the size is not known; none while nothing of the template is
 */
export function membersInQuestion(
  group: Readonly<Record<string, unknown>>,
  unknown: readonly string[],
): readonly MemberInQuestion[] {
  const { name, desired_size: desired, min_size: min, [TEMPLATE]: template } = group;
  if (unknown.includes(TEMPLATE) || typeof template !== 'object' || template === null) return [];
  const open = [
    ...unknown.flatMap((path) => fieldInTemplate(path) ?? []),
    ...(unknown.includes('name') ? ['name'] : []),
  ];
  const memberOf = (own: string | null) => {
    const fields = fillDefaults(VM_FIELDS, { ...template, name: own });
    return { name: own, fields, unknown: open };
  };
  if (typeof name !== 'string') return [memberOf(null)];
  const size = [desired, min].find((each) => typeof each === 'number') ?? 1;
  return Array.from({ length: Math.max(1, size) }, (_, at) => memberOf(memberName(name, at + 1)));
}

/** `network_id` of `vm.network_id`; undefined for what is not in the template. */
export function fieldInTemplate(path: string): string | undefined {
  return path.startsWith(`${TEMPLATE}.`) ? path.slice(TEMPLATE.length + 1) : undefined;
}
