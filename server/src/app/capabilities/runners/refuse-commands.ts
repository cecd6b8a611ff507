/** Finds commands that no runner could run if the execution began now. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { listActions } from '@novacron/engine/automation/checks/list-actions';
import type { CapabilityDeps } from '../deps.ts';
import { findRunners, labelsInWords } from './find-runners.ts';

/**
 * Finds them. A runner that is silent may be back when its step begins.
 * @returns lines that say which step asks for which labels that no runner of the tenant has
 */
export async function refuseCommands(
  deps: Pick<CapabilityDeps, 'store' | 'clock'>,
  definition: AutomationDefinition,
  tenantId: string,
): Promise<readonly string[]> {
  const steps = new Set(
    listActions(definition).flatMap(({ step, action }) =>
      action.command === undefined ? [] : [step],
    ),
  );
  const lines = await Promise.all(
    [...steps].map(async ({ id, run_on: labels = {} }) => {
      const found = await findRunners(deps, { tenantId, capability: 'command', labels });
      if (found.ready.length + found.silent.length > 0) return [];
      return [`step ${id} needs a runner with ${labelsInWords(labels)}, and the tenant has none`];
    }),
  );
  return lines.flat();
}
