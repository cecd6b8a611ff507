import { keyInInput } from '@novacron/contract/policy-input/input-keys';
import type { AskablePolicy } from '../model/policy.ts';

/**
 * Finds the unknown fields that a policy reads and has to wait for.
 * @param request - `unknownFields`: names of fields; a path into a map (`metadata.tier`) stands for
 *   the whole map, since its other keys may become known together with it
 * @returns the names, in alphabetical order; none where the policy can be evaluated right away
 */
export function findUnknownFields(
  policy: Pick<AskablePolicy, 'inputReferences'>,
  request: { readonly resourceType: string; readonly unknownFields: readonly string[] },
): readonly string[] {
  if (request.unknownFields.length === 0) return NONE;
  return request.unknownFields
    .filter((field) => {
      const [topField = field] = field.split('.');
      const unknownPath = ['resource', keyInInput(request.resourceType, topField)];
      return policy.inputReferences.some(({ path }) => areOnOneLine(path, unknownPath));
    })
    .sort();
}

const NONE: readonly string[] = [];

/**
 * Whether one path leads through the other. A reference above the unknown value reads it too:
 * a complete one takes the whole object, an incomplete one may go on to any of its keys.
 */
export function areOnOneLine(left: readonly string[], right: readonly string[]): boolean {
  const [shorter, longer] = left.length <= right.length ? [left, right] : [right, left];
  return shorter.every((segment, index) => segment === longer[index]);
}
