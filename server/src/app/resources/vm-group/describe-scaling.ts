/** Says in a plan what scaling a VM group will have. */
import { equalJson } from '@novacron/contract/json';
import type { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { WriteScope } from '../scope.ts';
import { describeIgnoredPolicies } from './policies-of-groups.ts';
import { widestBounds } from './widest-bounds.ts';

/** A group that a write makes or changes. */
interface ScaledGroup {
  readonly id: string;
  readonly spec: VmGroupSpec;
  /** Before the write; absent for a new group. */
  readonly before?: VmGroupSpec;
  readonly size: number;
}

/** The notices of a write that sets or changes the scaling of a group; none for other writes. */
export async function describeScaling(
  { spec, before, size }: ScaledGroup,
  scope: Pick<WriteScope, 'deps' | 'context'>,
): Promise<readonly string[]> {
  const { scaling } = spec;
  if (scaling === null) return [];
  const isSame =
    before !== undefined &&
    equalJson(before.scaling, scaling) &&
    before.min_size === spec.min_size &&
    before.max_size === spec.max_size;
  if (isSame) return [];
  return [describeRange(spec, size), ...(await describeIgnoredPolicies(spec, scope))];
}

function describeRange(spec: VmGroupSpec, size: number): string {
  const { name, scaling } = spec;
  const { min, max } = widestBounds(spec);
  const range = `from ${min} to ${max} members`;
  if (scaling?.mode === 'recommend') {
    return (
      `NovaCron records which size of ${name} it would choose, ${range}, and changes nothing: ` +
      `the group has ${size}. See novacron group explain ${name}.`
    );
  }
  return (
    `NovaCron chooses the size of ${name}, ${range}; after this change it has ${size}. Members ` +
    'that are removed lose their root disks, and the group does not shrink by itself while such ' +
    `a member has volumes attached. See novacron group explain ${name}.`
  );
}
