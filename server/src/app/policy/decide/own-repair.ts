/**
 * Keeps policies repairable. A policy that cannot be evaluated refuses every write that it decides,
 * its own change among them. About its own repair it is therefore asked again, alone in a thread
 * and outside of every budget; if it has no answer there either, an admin of its tenant goes on
 * without its verdict. A denial stays a denial.
 */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { equalJson } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { ProblemCode } from '@novacron/contract/problem/problem';
import type { AdmissionDecision, RuleAnswer } from '@novacron/engine/policy/model/policy';
import { readMessages } from '@novacron/engine/policy/rules/read-messages';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { CallContext, Principal } from '../../kernel/context/call-context.ts';
import type { PolicySubject } from '../../kernel/context/policy-question.ts';
import type { DecidingDeps } from '../memory/deciding-deps.ts';
import type { AnsweredAskable } from '../memory/decision-cache.ts';

/** The writes that repair a policy: a change, which may disable it, and its end. */
const REPAIRS: ReadonlySet<string> = new Set<OperationName>([
  'policy.update',
  'policy.rollback',
  'policy.delete',
]);

/** The reads by which an admin finds the policy to be repaired. */
const REPAIR_READS: ReadonlySet<OperationName> = new Set<OperationName>([
  'policy.get',
  'policy.list',
  'policy.versions',
  'policy.diff',
]);

/** The lane in which the policies are first asked about an operation. */
export function laneOf(operation: string): 'shared' | 'repair' {
  return REPAIRS.has(operation) ? 'repair' : 'shared';
}

/** A refused request with all answers to it. */
export interface AskedRepair {
  readonly context: CallContext;
  readonly write: PolicySubject;
  readonly question: PolicyInput;
  readonly answered: readonly AnsweredAskable[];
  readonly decision: AdmissionDecision;
  /** The question whether the target may be disabled; undefined where it is not the policy's. */
  readonly disabling: (policy: Askable) => PolicyInput | undefined;
}

/**
 * Asks those policies again that had no answer to a repair.
 * @returns the answers; the same ones where the request repairs nothing, or nothing failed
 */
export async function answerRepair(
  deps: Pick<DecidingDeps, 'policies'>,
  asked: AskedRepair,
): Promise<readonly AnsweredAskable[]> {
  const { answered, write, decision, context } = asked;
  const isRead = REPAIR_READS.has(write.operation);
  if (decision.allowed || !(isRead || REPAIRS.has(write.operation))) return answered;
  const isAbout = ({ id }: Askable): boolean => isRead || id === write.target.id;
  const failed = await findUnanswered(deps, answered, 'any');
  if (![...failed].some(isAbout)) return answered;
  const again = await Promise.all(
    answered.map((each) => {
      const isReadable = each.policy.isUnreadable !== true;
      const isAsked = isReadable && failed.has(each.policy) && !wasAlone(each, isRead);
      return isAsked ? askQuietly(deps, each.policy, asked.question) : each;
    }),
  );
  if (!isAdmin(context.principal)) return again;
  const own = [...(await findUnanswered(deps, again, 'own'))].filter((policy) =>
    isOfTenant(policy, context.principal),
  );
  const unable = new Set<Askable>();
  await Promise.all(
    own.map(async (policy) => {
      if (await isUnableToPermit(deps, asked, policy)) unable.add(policy);
    }),
  );
  // The others of the tenant stand aside only together with the one that is repaired.
  if (![...unable].some(isAbout)) return again;
  return again.map((each) => (unable.has(each.policy) ? { ...each, setAside: true } : each));
}

/** Whether asking again is of no use: there is an answer, or its time was used up alone. */
function wasAlone({ answer }: AnsweredAskable, isRead: boolean): boolean {
  return answer.ok || (!isRead && answer.error.code === 'deadline-exceeded');
}

/** A custom role may have every permission and is not the admin of its tenant. */
function isAdmin({ role, operations }: Principal): boolean {
  return role === 'admin' && operations === undefined;
}

/** A policy of the platform decides for all tenants: none of them may go on without it. */
function isOfTenant({ tenantId, scope }: Askable, principal: Principal): boolean {
  return tenantId === principal.tenantId && scope !== 'platform';
}

/** Failures that are the policy's own, and not of the server or of the tenant's budget. */
const OWN_FAILURES: readonly ProblemCode[] = ['internal', 'deadline-exceeded'];

/**
 * Finds the policies that gave no answer: their evaluation failed, or they are of type `access` and
 * define no `allow` that could ever be true, or their rows are damaged. Those that were changed
 * outside of the server are not among them: they are not evaluated on purpose.
 */
async function findUnanswered(
  deps: Pick<DecidingDeps, 'policies'>,
  answered: readonly Pick<AnsweredAskable, 'policy' | 'answer'>[],
  failures: 'any' | 'own',
): Promise<ReadonlySet<Askable>> {
  const found = new Set<Askable>();
  for (const { policy, answer } of answered) {
    if (policy.isUnreadable === true) found.add(policy);
    if (policy.fault !== undefined || policy.mode !== 'block') continue;
    const isUnanswered = answer.ok
      ? isSilent(answer.value) && (await neverAllows(deps, policy))
      : failures === 'any' || OWN_FAILURES.includes(answer.error.code);
    if (isUnanswered) found.add(policy);
  }
  return found;
}

/** Nothing of what a policy says denies by itself. */
function isSilent({ allow, deny, violation }: RuleAnswer): boolean {
  return allow !== true && [deny, violation].every((value) => readMessages(value).length === 0);
}

/** Asks the compiler whether a policy can allow anything. */
async function neverAllows(
  { policies }: Pick<DecidingDeps, 'policies'>,
  { type, answers, ruleText, tenantId }: Askable,
): Promise<boolean> {
  if (type !== 'access') return false;
  if (!answers.includes('allow')) return true;
  const terms = { tenantId, isAccepted: true };
  const compiled = await policies.compile(ruleText, terms);
  return compiled.ok && compiled.value.allows !== undefined;
}

async function askQuietly(
  { policies }: Pick<DecidingDeps, 'policies'>,
  policy: Askable,
  question: PolicyInput,
): Promise<AnsweredAskable> {
  const { documents } = policy;
  const { tenant: tenantId } = question.subject;
  const terms = { tenantId, documents, lane: 'quiet' } as const;
  const answer = await policies.evaluate(policy.ruleText, question, terms);
  return { policy, answer, from: 'policy' };
}

/**
 * Whether a policy has no answer to the plainest repair either, the disabling of the target. A
 * caller chooses what else a change contains, and could choose something that the policy fails for.
 */
async function isUnableToPermit(
  deps: Pick<DecidingDeps, 'policies'>,
  { write, disabling }: AskedRepair,
  policy: Askable,
): Promise<boolean> {
  // Nothing can be asked of it, and of what it was a change leaves nothing.
  if (policy.isUnreadable === true) return true;
  const { before, wanted } = write;
  const isPlain = wanted === null || equalJson({ ...before, enabled: false }, wanted);
  if (isPlain) return true;
  const question = disabling(policy);
  if (question === undefined) return false;
  const plain = await askQuietly(deps, policy, question);
  return (await findUnanswered(deps, [plain], 'own')).has(policy);
}
