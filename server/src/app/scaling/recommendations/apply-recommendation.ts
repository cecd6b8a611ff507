/** Follows a recommendation: shows what it would do, asks people, or does it. */
import { optimizerOperations } from '@novacron/contract/fleet/optimizer-operations';
import type {
  FollowedRecommendation,
  Recommendation,
} from '@novacron/contract/fleet/recommendation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import { forbiddenCall, mayCall } from '../../access/identity/may-call.ts';
import { emptyNodes } from '../../fleet/optimizer/improve-fleet.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import { admitWrite, tryWrite } from '../../kernel/write/admit-write.ts';
import { reserveAlso } from '../../kernel/write/checked-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { WriteScope } from '../../resources/scope.ts';
import { resizeOf, withFollowed } from './follow-size.ts';
import { recordFollowed } from './followed-rows.ts';
import { findRecommendation, type RecommendationParts } from './list-recommendations.ts';
import { requireFollowApproval } from './recommendation-subject.ts';

/** Dependencies of following recommendations. */
export type FollowParts = RecommendationParts & BeginParts<CapabilityDeps>;

type Answer = Result<{ readonly resource: FollowedRecommendation }, Problem>;
type Action = Recommendation['actions'][number];

/** Follows it. Problems: `not-found`, `validation-failed`, `conflict`, `unavailable`. */
export async function applyRecommendation(
  parts: FollowParts,
  { id, digest, dry_run: isDry }: ParsedInputOf<'optimizer.apply'>,
  context: CallContext,
): Promise<Answer> {
  const found = await findRecommendation(parts, id, context);
  if (!found.ok) return found;
  const recommendation = found.value;
  if (digest !== undefined && digest !== recommendation.digest) return err(changed(id));
  const shown = { recommendation, operation: null, problem: null };
  if (recommendation.hcl.length > 0) return ok({ resource: { ...shown, outcome: 'proposed' } });
  const [action] = recommendation.actions;
  if (action === undefined || recommendation.state !== 'open') return err(unable(recommendation));
  const may = await mayFollow(parts, { action, recommendation, isDry }, context);
  if (!may.ok) return ok({ resource: { ...shown, ...may.error } });
  if (isDry) return ok({ resource: { ...shown, outcome: 'planned' } });
  const begun = await begin(parts, { action, recommendation, approved: may.value }, context);
  if (!begun.ok) return ok({ resource: { ...shown, ...refusal(begun.error) } });
  return ok({ resource: { ...shown, outcome: 'started', operation: begun.value } });
}

function changed(id: string): Problem {
  return problem('conflict', {
    detail: `The recommendation ${id} has changed since you saw it.`,
    remedy: 'Read it again: novacron optimizer recommend',
  });
}

function unable({ id, state }: Recommendation): Problem {
  const isOpen = state === 'open';
  return problem('validation-failed', {
    detail: isOpen
      ? `No operation follows ${id}: people order nodes, and change quotas and groups.`
      : `${id} was followed already: it is ${state.replaceAll('_', ' ')}.`,
    remedy: isOpen
      ? 'Read its explanation: novacron optimizer recommend -o yaml'
      : 'Wait for another recommendation.',
    fields: [{ path: ['id'], message: 'cannot be applied' }],
  });
}

interface Following {
  readonly action: Action;
  readonly recommendation: Recommendation;
}

type Refusal = Pick<FollowedRecommendation, 'outcome' | 'problem'>;

/**
 * Checks whether it may begin: rights and policies first, so that votes are not in vain.
 * @returns what uses its approval up
 */
async function mayFollow(
  { deps }: FollowParts,
  { action, recommendation, isDry }: Following & { readonly isDry: boolean },
  context: CallContext,
): Promise<Result<ChangeSet, Refusal>> {
  const name = nameOf(action);
  if (!mayCall(context.principal, name)) {
    const role = name === 'vm.update' ? 'operator' : 'admin';
    return err(refusal(forbiddenCall(name, role, context.principal)));
  }
  if (name === 'vm.update') {
    const prepare = withFollowed(deps, recommendation);
    const [refused] = await tryWrite(name, resizeOf(action), prepare, deps, context);
    if (refused !== undefined) return err(refusal(refused));
  }
  if (!recommendation.needs_approval) return ok([]);
  const mode = isDry ? 'look' : 'request';
  const approved = await requireFollowApproval(deps, { found: recommendation, mode }, context);
  if (approved.ok) return approved;
  const missing = approved.error;
  return err(
    missing.code === 'forbidden'
      ? { outcome: 'needs_approval', problem: toProblemDocument(missing) }
      : refusal(missing),
  );
}

function refusal(refused: Problem) {
  return { outcome: 'refused', problem: toProblemDocument(refused) } as const;
}

function nameOf({ operation }: Action) {
  if (operation === 'optimizer.consolidate') return operation;
  return operation === 'optimizer.reduce_cost' ? operation : 'vm.update';
}

async function begin(
  parts: FollowParts,
  { action, recommendation, approved }: Following & { readonly approved: ChangeSet },
  context: CallContext,
): Promise<Result<FollowedRecommendation['operation'], Problem>> {
  const { deps, executor, analyses } = parts;
  const name = nameOf(action);
  if (name !== 'vm.update') {
    const kind = name === 'optimizer.reduce_cost' ? 'reduce_cost' : 'consolidate';
    const { input, output } = optimizerOperations[name];
    const also = (scope: WriteScope) =>
      concatSagas(recordFollowed(recommendation)(scope), { reserve: approved });
    const done = await emptyNodes(parts, { kind, input: input.parse(action.input), also }, context);
    return done.ok ? ok(output.parse(done.value).operation ?? null) : done;
  }
  const prepare = reserveAlso(withFollowed(deps, recommendation), approved);
  const admitted = await admitWrite(name, resizeOf(action), prepare, deps, context);
  if (!admitted.ok) return admitted;
  const { operation } = admitted.value;
  if (operation.status === 'running') executor.start(operation);
  analyses.forget(context.principal.tenantId);
  return ok(await answerOperation(deps, operation));
}
