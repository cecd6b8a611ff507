/** What is wrong with one VM of a batch, told of the batch. */
import type { FieldProblem, Problem } from '@novacron/contract/problem';

/** What speaks against one VM speaks against the batch; the fields are those of that VM. */
export function aboutVm(
  found: Problem,
  { at, name }: { readonly at: number; readonly name: string },
): Problem {
  if (found.data?.replan === true) return found;
  const fields = found.fields?.map(
    (each): FieldProblem => ({ ...each, path: ['vms', at, ...each.path] }),
  );
  return {
    ...found,
    detail: `${name}: ${found.detail}`,
    ...(fields === undefined ? {} : { fields }),
  };
}
