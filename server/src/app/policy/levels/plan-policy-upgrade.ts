/**
 * Plans the move of a policy to the newest language level: the expressions that mean something
 * else there, and the recorded decisions that it would answer otherwise. Nothing is changed.
 */
import { NEWEST_LANGUAGE_LEVEL, PolicySpec } from '@novacron/contract/kinds/policy/policy';
import type { PolicyUpgradePlan } from '@novacron/contract/kinds/policy/policy-upgrade';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import {
  describeLevelChange,
  effectOfLevel,
} from '@novacron/engine/policy/rules/describe-level-change';
import type { RuleInspection } from '../../../ports/policy-runtime.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { versionOf } from '../../rows/policy-versions.ts';
import { languageLevelOf } from '../../rows/sign-text.ts';
import type { DecidingDeps } from '../memory/deciding-deps.ts';
import { replayDecisions } from './replay-decisions.ts';

/** Plans it. Problems: `not-found`; `rule-invalid` where the text does not compile any more. */
export async function planPolicyUpgrade(
  deps: DecidingDeps,
  { id }: ParsedInputOf<'policy.upgrade_plan'>,
  { principal }: CallContext,
): Promise<Result<PolicyUpgradePlan, Problem>> {
  const { tenantId } = principal;
  const found = await findResource(deps.store, 'policy', { tenantId, id });
  if (!found.ok) return found;
  const row = found.value;
  const spec = desiredAs(row, PolicySpec);
  const languageLevel = languageLevelOf(row.compiled_json);
  const terms = { tenantId, languageLevel, isAccepted: true };
  const compiled = await deps.policies.compile(spec.rule, terms);
  if (!compiled.ok) return compiled;
  const { inspection, ...rule } = compiled.value;
  const isNewest = languageLevel === NEWEST_LANGUAGE_LEVEL;
  const expressions = isNewest ? [] : toExpressions(spec.rule, inspection);
  const policy = { spec, compiled: rule, tenantId, version: versionOf(row) };
  const replay =
    expressions.length === 0
      ? { replayed: 0, without_input: 0, without_data: 0, is_complete: true, changed: [] }
      : await replayDecisions(deps, policy);
  return ok({
    id,
    name: row.name,
    language_level: languageLevel,
    to_level: NEWEST_LANGUAGE_LEVEL,
    expressions,
    mistakes: inspection.refused.map((each) => ({ ...each })),
    ...replay,
  });
}

function toExpressions(rule: string, { levelChanges }: RuleInspection) {
  const lines = rule.split(/\r?\n/);
  return levelChanges.map(({ row, column, parts, rules }) => ({
    row,
    column,
    text: lines[row - 1]?.trim() ?? '',
    parts: [...parts],
    effect: effectOfLevel({ rules }),
    explanation: describeLevelChange({ parts, rules }),
  }));
}
