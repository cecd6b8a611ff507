/** Decides whether a plan may be applied, and whether a person has to approve it. */
import type {
  GitopsChange,
  GitopsPlanCounts,
  GitopsStepSettings,
} from '@novacron/contract/automation/gitops-step';
import { ok, type Result } from '@novacron/contract/result';
import { countOf } from '../../../output/count-of.ts';
import { type Refusal, refuse } from '../step/refusal.ts';
import type { StepContext } from '../step/step-context.ts';
import type { PlanJson } from './plan-json.ts';
import { countChanges, readChanges } from './read-changes.ts';

/** Names that a reason lists. */
const LISTED_MAX = 5;

/**
 * Refused: an empty configuration, deletions that are not allowed.
 * @returns reasons for an approval
 */
export function decideGates(
  configuration: PlanJson['configuration'],
  {
    settings: { prune, rewind },
    counts,
    changes,
  }: {
    readonly settings: Pick<GitopsStepSettings, 'prune' | 'rewind'>;
    readonly counts: GitopsPlanCounts;
    readonly changes: readonly GitopsChange[];
  },
): Result<string[], Refusal> {
  const root = configuration?.root_module ?? {};
  const isEmpty = [root.resources ?? [], Object.keys(root.module_calls ?? {})].flat().length === 0;
  if (isEmpty && !rewind) {
    return refuse('The configuration has no resources. An empty one never means to delete all.');
  }
  const deleted = changes.filter(({ action }) => action === 'delete');
  const isAll = counts.managed > 0 && deleted.length === counts.managed;
  if (isAll && !rewind) {
    return refuse(
      `The plan deletes ${all(counts.managed)}. Only a rollback to a commit without them may.`,
    );
  }
  const addresses = deleted.map(({ address }) => address);
  if (deleted.length > 0 && !prune.allowed) {
    return refuse(
      `The plan deletes ${deleted.length} of ${countOf(counts.managed, 'resource')}, and the ` +
        `application does not allow that (prune): ${listOf(addresses)}.`,
    );
  }
  const destroyed = counts.delete + counts.replace;
  const ratio = counts.managed === 0 ? 0 : destroyed / counts.managed;
  const reasons: string[] = [];
  if (isAll) reasons.push(`The plan deletes ${all(counts.managed)}: an earlier commit is meant.`);
  if (destroyed > prune.count_max) {
    reasons.push(
      `The plan destroys ${countOf(destroyed, 'resource')}; ${prune.count_max} without approval.`,
    );
  }
  if (ratio > prune.ratio_max) {
    reasons.push(
      `The plan destroys ${percent(ratio)} of the resources; ${percent(prune.ratio_max)} without ` +
        'approval.',
    );
  }
  return ok(reasons);
}

function all(count: number): string {
  return count === 1 ? 'the only resource' : `all ${count} resources`;
}

/** The changes of a plan, and what {@link decideGates} says about them. */
export function judgePlan({ settings }: Pick<StepContext, 'settings'>, plan: PlanJson) {
  const changes = readChanges(plan);
  const counts = countChanges(plan);
  const reasons = decideGates(plan.configuration, { settings, counts, changes });
  return reasons.ok ? ok({ changes, counts, reasons: reasons.value }) : reasons;
}

/** 66.7 % is 67 %, and anything above 0 is not 0 %. */
function percent(ratio: number): string {
  return `${Math.ceil(ratio * 100)} %`;
}

/** Names the first of several. */
export function listOf(names: readonly string[]): string {
  const more = names.length - LISTED_MAX;
  const listed = names.slice(0, LISTED_MAX).join(', ');
  return more > 0 ? `${listed} and ${more} more` : listed;
}
