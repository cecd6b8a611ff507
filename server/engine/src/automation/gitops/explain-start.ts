/** Why a sync does not start, in a sentence. */
import type { StartPlan } from './model/start.ts';

/** @returns undefined where it starts */
export function explainStart(plan: StartPlan): string | undefined {
  switch (plan.kind) {
    case 'start':
      return undefined;
    case 'outside-windows':
      return plan.opensAtMs === undefined
        ? 'its sync windows are closed, and no opening was found'
        : `its sync windows are closed until ${new Date(plan.opensAtMs).toISOString()}`;
    case 'unready': {
      const named = plan.unready.map(({ name, reason }) => `${name}, which ${reason}`);
      return `it needs ${named.join('; ')}`;
    }
  }
}
