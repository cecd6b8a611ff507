/**
 * The path of every write: look for the answer of an earlier request with the same key, check what
 * is known without the fleet, ask the policies, plan, and commit everything at once. A batch takes
 * it with several writes, and a preview ends before the commit.
 */
import type { AdmissionWarning } from '@novacron/contract/admission/admission';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import { replan } from '../../rows/resource-problems.ts';
import { auditRefusal } from '../audit/audit.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { PolicySubject, WriteDecision } from '../context/policy-question.ts';
import {
  commitTakeover,
  type EarlierAnswer,
  findEarlierAnswer,
  type KeyedRequest,
  UNKEYED,
} from '../idempotency/idempotency.ts';
import { commitChanges } from './commit-changes.ts';
import { leaveOutLoadOf } from './leave-out-load.ts';
import { retryConflicts } from './retry-conflicts.ts';

/** A write as policies see it. */
export type AskedWrite = Omit<PolicySubject, 'unknown' | 'moment' | 'subject'>;

/** Subject of a refused write in the audit log. */
type Target = Readonly<Record<string, unknown>>;

/** A request, with what is known of an earlier one under its key. */
export type AnsweredRequest = KeyedRequest & { readonly earlier: EarlierAnswer };

/** A request that writes. */
export interface Write<Answer, Deps extends KernelDeps = KernelDeps> {
  /** The requested operation: conflicts, keys and refusals are recorded under it. */
  readonly operation: OperationName;
  /** Has what its check and its plan refuse audited, too: about what. */
  readonly audited?: Target;
  /** For a request that may have an idempotency key. */
  readonly keyed?: {
    readonly request: KeyedRequest;
    readonly show: (
      earlier: Extract<EarlierAnswer, { readonly kind: 'found' }>,
    ) => Promise<Result<Answer, Problem>>;
  };
  /** Reads what is known without the fleet; returns all problems at once. */
  readonly check: (deps: Deps) => Promise<Result<CheckedWrites<Answer>, readonly Problem[]>>;
}

/** Writes of a request: one, or several in one commit. */
export interface CheckedWrites<Answer> {
  /** The policies are asked about each of them. */
  readonly writes: readonly AskedWrite[];
  /** Names them in the audit log from here on. */
  readonly target: Target;
  /** Refuses them before the policies are asked, with an entry in the audit log. */
  readonly found?: Problem | undefined;
  /** Says which of several writes the policies refuse. */
  readonly about?: (refusal: Problem, at: number) => Problem;
  /** Plans them, once the policies have allowed each. */
  readonly plan: (
    decisions: readonly WriteDecision[],
  ) => Promise<Result<PlannedWrites<Answer>, readonly Problem[]>>;
}

/** A commit that only has to be made. */
export interface PlannedWrites<Answer> {
  /** Committed by itself first; then the write is checked again. */
  readonly prerequisites?: ChangeSet;
  /** Called instead of the commit where another operation has to end before the write. */
  readonly wait?: (() => Promise<Problem>) | undefined;
  readonly commit: (request: AnsweredRequest) => {
    readonly changes: ChangeSet;
    readonly answer: Answer;
  };
}

/** Result of a preview of a write. */
export interface PreviewedWrite {
  /** Reasons for a refusal; empty if the write would succeed. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly AdmissionWarning[];
}

/**
 * Makes a write, again after each conflict. Problems: what its check and its plan find,
 * `policy-denied`, those of the store; of one with a key `idempotency-key-reused`, and `name-taken`
 * where the answer belongs to another run.
 */
export function takeWrite<Answer, Deps extends KernelDeps>(
  deps: Deps,
  context: CallContext,
  write: Write<Answer, Deps>,
): Promise<Result<Answer, Problem>> {
  const asking = askOnce(deps);
  const attempt = () => tryToTake(asking, context, write);
  return retryConflicts(deps, context, write.operation, attempt);
}

/** One attempt of {@link takeWrite}; a problem with `data.replan` is a conflict. */
export async function tryToTake<Answer, Deps extends KernelDeps>(
  deps: Deps,
  context: CallContext,
  write: Write<Answer, Deps>,
): Promise<Result<Answer, Problem>> {
  const { operation, audited, keyed } = write;
  const request = keyed?.request ?? UNKEYED;
  const found = await findEarlierAnswer(deps, context, request);
  if (!found.ok) {
    const isOfAnother = found.error.code === 'name-taken' && audited !== undefined;
    if (isOfAnother) await auditRefusal(deps, context, operation, audited, found.error);
    return found;
  }
  const earlier = found.value;
  if (keyed !== undefined && earlier.kind === 'found') {
    const moved = await commitTakeover(deps.store, earlier.takeover);
    return moved.ok ? keyed.show(earlier) : moved;
  }
  const planned = await planAllowed(deps, context, write, 'commit');
  if (!planned.ok) return refuse(deps, context, { operation, request, ...planned.error });
  const { prerequisites = [], wait, commit } = planned.value;
  if (wait !== undefined) return err(await wait());
  if (prerequisites.length > 0) {
    const committed = await commitChanges(deps, prerequisites);
    return committed.ok ? err(replan('A rule')) : committed;
  }
  const { changes, answer } = commit({ ...request, earlier });
  const done = await commitChanges(deps, changes);
  if (done.ok) return ok(answer);
  if (done.error.code !== 'budget-exceeded') return done;
  const { decisions, target } = planned.value;
  const refused = { operation, request, problems: [done.error], decisions, target };
  return refuse(deps, context, refused);
}

/** Previews a write. Nothing is stored, and no refusal is audited: nothing was requested. */
export async function previewWrite<Deps extends KernelDeps>(
  deps: Deps,
  context: CallContext,
  write: Write<unknown, Deps>,
): Promise<PreviewedWrite> {
  const planned = await planAllowed(deps, context, write, 'preview');
  if (planned.ok) return { problems: [], warnings: warningsOf(planned.value.decisions) };
  const { problems, decisions } = planned.error;
  const found = problems.length === 0 ? [replan('It')] : problems;
  return {
    problems: await leaveOutLoadOf(deps, context, found),
    warnings: warningsOf(decisions),
  };
}

function warningsOf(decisions: readonly WriteDecision[]) {
  return decisions.flatMap(({ warnings }) => warnings);
}

interface Refused {
  readonly problems: readonly Problem[];
  readonly decisions: readonly WriteDecision[];
  /** Its entry in the audit log; undefined if it has none. */
  readonly target: Target | undefined;
}

type Allowed<Answer> = PlannedWrites<Answer> & Pick<Refused, 'decisions' | 'target'>;

/** All of a write but its commit. */
async function planAllowed<Answer, Deps extends KernelDeps>(
  deps: Deps,
  context: CallContext,
  { check, audited }: Write<Answer, Deps>,
  mode: 'commit' | 'preview',
): Promise<Result<Allowed<Answer>, Refused>> {
  const checked = await check(deps);
  if (!checked.ok) return err({ problems: checked.error, decisions: [], target: audited });
  const { writes, target, found, about = (refusal) => refusal, plan } = checked.value;
  if (found !== undefined) return err({ problems: [found], decisions: [], target });
  const decisions = await Promise.all(writes.map((write) => decide(deps, context, write, mode)));
  for (const [at, { problem }] of decisions.entries()) {
    if (problem === undefined) continue;
    // A request that is sent again later was not decided.
    const isDecided = problem.code !== 'rate-limited';
    const problems = [about(problem, at)];
    return err({ problems, decisions, target: isDecided ? target : undefined });
  }
  const planned = await plan(decisions);
  if (planned.ok) return ok({ ...planned.value, decisions, target });
  const known = audited === undefined ? undefined : target;
  return err({ problems: planned.error, decisions, target: known });
}

/** Asks the policies about a write. */
export function decide(
  { verdicts }: Pick<KernelDeps, 'verdicts'>,
  context: CallContext,
  { operation, resourceKind, target, before, wanted }: AskedWrite,
  mode: 'commit' | 'preview',
): Promise<WriteDecision> {
  const asked = { operation, resourceKind, target, before, wanted, unknown: [] };
  return verdicts.decide(context, mode === 'commit' ? asked : { ...asked, moment: 'preview' });
}

/** Audits what is in the way of a write, unless another commit was faster. */
async function refuse(
  deps: KernelDeps,
  context: CallContext,
  refused: Refused & { readonly operation: OperationName; readonly request: KeyedRequest },
): Promise<Result<never, Problem>> {
  const { operation, request, problems, target } = refused;
  // The refusal may be due to this very request, sent twice and admitted a moment ago.
  const again = await findEarlierAnswer(deps, context, request);
  const isOwn = again.ok ? again.value.kind === 'found' : again.error.code === 'name-taken';
  if (isOwn) return err(replan('It'));
  const [refusal = replan('It')] = await leaveOutLoadOf(deps, context, problems);
  const isAudited = target !== undefined && refusal.data?.replan !== true;
  if (isAudited) await auditRefusal(deps, context, operation, target, refusal);
  return err(refusal);
}

/**
 * Remembers what the policies allow for the attempts of one write: an attempt after a conflict asks
 * again only about what has changed, so that each decision is logged once. A refusal is not
 * remembered, since it ends the write.
 */
function askOnce<Deps extends KernelDeps>(deps: Deps): Deps {
  const allowed = new Map<string, WriteDecision>();
  const decideOnce = async (context: CallContext, write: PolicySubject): Promise<WriteDecision> => {
    const key = keyOf(context, write);
    const known = allowed.get(key);
    if (known !== undefined) return known;
    const decision = await deps.verdicts.decide(context, write);
    if (decision.problem === undefined) allowed.set(key, decision);
    return decision;
  };
  return { ...deps, verdicts: { ...deps.verdicts, decide: decideOnce } };
}

/** A create has another id in each attempt. */
function keyOf({ client, principal }: CallContext, write: PolicySubject): string {
  const { id, name } = write.target;
  const target = write.before === null ? { name } : { id, name };
  return JSON.stringify([client, principal.id, { ...write, target }]);
}
