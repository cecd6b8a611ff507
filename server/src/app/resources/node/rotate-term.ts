/** Begins new terms of the control plane while servers run, on one of the servers of a store. */
import { TERM_MS } from '../../kernel/control-plane/control-plane.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import type { ResourceDeps } from '../deps.ts';

/**
 * Interval between checks of the term's age, and so the most by which the term may exceed its
 * maximum age. Unit: ms.
 */
const CHECK_MS = TERM_MS / 6;

/**
 * Replaces the term when it has become old. Agents follow the new one, and refuse a copy of the
 * store that was made under the old one, such as a dump of a database.
 */
export function termRotation({ controlPlane }: Pick<ResourceDeps, 'controlPlane'>): Reconciler {
  return {
    name: 'term-rotation',
    summary: 'Begins a new term of the control plane every hour.',
    everyMs: CHECK_MS,
    lease: 'reconcilers',
    run: async ({ guard }) => {
      const rotated = await controlPlane.rotate(guard());
      if (!rotated.ok) throw new Error(rotated.error.detail);
      return undefined;
    },
  };
}
