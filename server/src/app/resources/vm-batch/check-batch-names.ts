import { type Problem, problem } from '@novacron/contract/problem';

/** Refuses a batch in which two VMs have one name; undefined where none have. */
export function checkBatchNames(vms: readonly { readonly name: string }[]): Problem | undefined {
  const first = new Map<string, number>();
  const repeated = vms.flatMap(({ name }, at) => {
    const before = first.get(name);
    if (before === undefined) first.set(name, at);
    return before === undefined ? [] : [{ name, at, before }];
  });
  if (repeated.length === 0) return undefined;
  const names = [...new Set(repeated.map(({ name }) => name))].join(', ');
  return problem('validation-failed', {
    detail: `Several VMs of the batch have the same name: ${names}.`,
    remedy: 'Give each VM a name of its own.',
    fields: repeated.map(({ at, before }) => ({
      path: ['vms', at, 'name'],
      message: `is the name of VM ${before} of the batch too`,
    })),
  });
}
