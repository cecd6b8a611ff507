/** Finds commands and playbooks that no runner could run if the execution began now. */
import type { ActionKind, AutomationDefinition } from '@novacron/contract/automation/definition';
import { RunnerCapability } from '@novacron/contract/automation/runner';
import { listActions } from '@novacron/engine/automation/workflows/checks/list-actions';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findRunners, needOf, runnerInWords } from './find-runners.ts';

/**
 * Finds them. A runner that is silent may be back when its step begins.
 * @returns lines that say which step asks for which labels that no runner of the tenant has
 */
export async function refuseCommands(
  deps: Pick<CapabilityDeps, 'store' | 'clock'>,
  definition: AutomationDefinition,
  tenantId: string,
): Promise<readonly string[]> {
  const needs = listActions(definition).flatMap(({ step, role, action, kinds }) => {
    const needed = needOf(step, { role, hosts: action.hosts, token: action.token });
    return kinds.filter(isOfRunners).map((capability) => ({ id: step.id, capability, needed }));
  });
  const lines = await Promise.all(
    needs.map(async ({ id, capability, needed }) => {
      const need = { ...needed, tenantId, capability };
      const found = await findRunners(deps, need);
      if (found.ready.length + found.silent.length > 0) return [];
      return [`step ${id} needs a ${runnerInWords(need)}, and the tenant has none`];
    }),
  );
  return [...new Set(lines.flat())];
}

function isOfRunners(kind: ActionKind): kind is RunnerCapability {
  return RunnerCapability.safeParse(kind).success;
}
