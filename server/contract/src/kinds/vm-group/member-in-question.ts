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
 * The first member of a group, which policies are asked about before there is any: every member is
 * made of the same template.
 * @param group - the fields of the group as far as they are known
 * @param unknown - paths of what is not known: `min_size`, `vm.network_id`
 * @returns undefined while nothing of the template is known
 */
export function memberInQuestion(
  group: Readonly<Record<string, unknown>>,
  unknown: readonly string[],
): MemberInQuestion | undefined {
  const { name, [TEMPLATE]: template } = group;
  if (unknown.includes(TEMPLATE) || typeof template !== 'object' || template === null) {
    return undefined;
  }
  const own = typeof name === 'string' ? memberName(name, 1) : null;
  return {
    name: own,
    fields: fillDefaults(VM_FIELDS, { ...template, name: own }),
    unknown: [
      ...unknown.flatMap((path) => fieldInTemplate(path) ?? []),
      ...(unknown.includes('name') ? ['name'] : []),
    ],
  };
}

/** `network_id` of `vm.network_id`; undefined for what is not in the template. */
export function fieldInTemplate(path: string): string | undefined {
  return path.startsWith(`${TEMPLATE}.`) ? path.slice(TEMPLATE.length + 1) : undefined;
}
