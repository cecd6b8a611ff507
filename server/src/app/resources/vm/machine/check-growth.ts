/** Checks what healing may make of the size of a VM. */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { asConfigured, GROWN_FIELDS } from '../../../rows/observed/grown-size.ts';

/** Checks it: a largest size below the configured one is a mistake, and would grow nothing. */
export function checkGrowth(spec: VmSpec): Problem[] {
  const { healing } = spec;
  const configured = asConfigured<unknown>(spec);
  const below = GROWN_FIELDS.filter((name) => {
    const ceiling = healing?.grow_to?.[name] ?? null;
    return ceiling !== null && ceiling < Number(configured[name]);
  });
  if (below.length === 0) return [];
  return [
    problem('validation-failed', {
      detail: `healing.grow_to is less than the size of the VM: ${below.join(', ')}.`,
      remedy: 'Give the largest size that healing may give the VM, or leave it out.',
      fields: below.map((name) => ({
        path: ['healing', 'grow_to', name],
        message: `must be at least ${name}, which is ${configured[name]}`,
      })),
    }),
  ];
}
