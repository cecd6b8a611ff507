/** Finds commands and playbooks that no runner could run if the execution began now. */
import type { ActionKind, AutomationDefinition } from '@novacron/contract/automation/definition';
import { RunnerCapability } from '@novacron/contract/automation/runner';
import { listActions } from '@novacron/engine/automation/workflows/checks/list-actions';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findRunners, runnerInWords } from './find-runners.ts';

/**
 * Finds them. A runner that is silent may be back when its step begins.
 * @returns lines that say which step asks for which labels that no runner of the tenant has
 */
export async function refuseCommands(
  deps: Pick<CapabilityDeps, 'store' | 'clock'>,
  definition: AutomationDefinition,
  tenantId: string,
): Promise<readonly string[]> {
  const needs = listActions(definition).flatMap(({ step, action, kinds }) => {
    const network = action.hosts === undefined ? ('any' as const) : ('hosts' as const);
    const { token = false } = action;
    return kinds.filter(isOfRunners).map((capability) => ({ step, capability, network, token }));
  });
  const lines = await Promise.all(
    needs.map(async ({ step: { id, run_on: labels = {} }, ...need }) => {
      const found = await findRunners(deps, { tenantId, labels, ...need });
      if (found.ready.length + found.silent.length > 0) return [];
      const who = runnerInWords({ labels, ...need });
      return [`step ${id} needs a ${who}, and the tenant has none`];
    }),
  );
  return [...new Set(lines.flat())];
}

function isOfRunners(kind: ActionKind): kind is RunnerCapability {
  return RunnerCapability.safeParse(kind).success;
}
