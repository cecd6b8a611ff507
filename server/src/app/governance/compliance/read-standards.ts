/** Reads the standards of a tenant: those of NovaCron, and those that its policies name. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainOwnStandards, explainStandards } from '@novacron/engine/compliance/explain-check';
import type { Standard } from '@novacron/engine/compliance/model/standard';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readDeciding } from '../../policy/memory/read-deciding.ts';

type StandardDeps = Pick<CapabilityDeps, 'store' | 'clock' | 'decisions'>;

/** The standards of a tenant. Those of the tenant come last, and no other tenant has them. */
export async function readStandards(
  { store, clock, decisions }: StandardDeps,
  tenantId: string,
): Promise<readonly Standard[]> {
  const at = { nowMs: clock.nowMs(), memory: decisions.memory };
  const policies = await readDeciding(store, tenantId, at);
  const checking = policies.flatMap(({ id, name, version, type, check }) =>
    check === undefined || type === 'access' ? [] : [{ id, name, version, check }],
  );
  return [...explainStandards(), ...explainOwnStandards(checking)];
}

/** Reads one of them. Problems: `validation-failed`. */
export async function findStandard(
  deps: StandardDeps,
  tenantId: string,
  name: string,
): Promise<Result<Standard, Problem>> {
  const standards = await readStandards(deps, tenantId);
  const found = standards.find(({ id }) => id === name);
  if (found !== undefined) return ok(found);
  return err(
    problem('validation-failed', {
      detail: `There is no standard ${name}.`,
      remedy: `Choose one of ${standards.map(({ id }) => id).join(', ')}.`,
      fields: [{ path: ['standard'], message: 'is not a standard of your tenant' }],
    }),
  );
}
