/** Evaluates a policy at two language levels for the recorded decisions that it took part in. */
import { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import {
  type LanguageLevel,
  NEWEST_LANGUAGE_LEVEL,
  type PolicySpec,
} from '@novacron/contract/kinds/policy/policy';
import { PolicyDecisionRecord } from '@novacron/contract/kinds/policy/policy-decision';
import type { ChangedDecision } from '@novacron/contract/kinds/policy/policy-upgrade';
import type { AskablePolicy } from '@novacron/engine/policy/model/policy';
import { evaluateAnswer } from '@novacron/engine/policy/rules/evaluate-answer';
import { steadyMs } from '@novacron/runtime/clock';
import type { CompiledRule } from '../../../ports/policy-runtime.ts';
import type { PolicyDecisionRow } from '../../../ports/tables/policy-decision-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { createDataHistory, type DataHistory } from '../data/data-history.ts';
import type { DecidingDeps } from '../memory/deciding-deps.ts';

/** Recorded decisions that are read, the latest ones. */
const READ_MAX = 10_000;

/** Decisions of one read of the store. */
const PAGE = 500;

/** Evaluations that run together: other requests are served in between. */
const TOGETHER = 20;

/** No further decision is evaluated after this long. Unit: ms. */
const REPLAY_MS_MAX = 8_000;

/** The policy as it is stored. */
export interface ReplayedPolicy {
  readonly spec: PolicySpec;
  readonly compiled: CompiledRule;
  readonly tenantId: string;
  readonly version: number;
}

/** Result of a replay. */
export interface Replay {
  readonly replayed: number;
  readonly without_input: number;
  readonly without_data: number;
  readonly is_complete: boolean;
  readonly changed: ChangedDecision[];
}

/**
 * Replays the decisions of the policy's tenant. Secrets in inputs are masked, at both levels alike.
 * @returns what changes, newest first
 */
export async function replayDecisions(deps: DecidingDeps, policy: ReplayedPolicy): Promise<Replay> {
  const { tenantId: tenant_id, spec } = policy;
  const untilMs = steadyMs(deps.clock) + REPLAY_MS_MAX;
  const changed: ChangedDecision[] = [];
  const history = createDataHistory(deps);
  const counts = { replayed: 0, without_input: 0, without_data: 0 };
  let before: string | undefined;
  for (let read = 0; read < READ_MAX; read += PAGE) {
    const rows = await deps.store.read({
      from: 'policy_decisions',
      where: { tenant_id, ...(before === undefined ? {} : { id: { below: before } }) },
      orderBy: { column: 'id', direction: 'desc' },
      limit: PAGE,
      damaged: 'blank',
    });
    const own = rows.flatMap(toRecord).filter(({ policies }) => isAmong(policies, spec.name));
    const recorded = own.filter(({ input }) => input !== null);
    counts.without_input += own.length - recorded.length;
    for (let at = 0; at < recorded.length; at += TOGETHER) {
      if (steadyMs(deps.clock) > untilMs) return { ...counts, is_complete: false, changed };
      const some = recorded.slice(at, at + TOGETHER);
      const found = await Promise.all(
        some.map((record) => compareLevels({ deps, history, policy }, record)),
      );
      const judged = found.filter((each) => each !== 'gone');
      counts.replayed += judged.length;
      counts.without_data += found.length - judged.length;
      changed.push(...judged.filter((each) => each !== undefined));
    }
    before = rows.at(-1)?.id;
    if (rows.length < PAGE) return { ...counts, is_complete: true, changed };
  }
  return { ...counts, is_complete: false, changed };
}

function toRecord({ id, at_ms, allowed, record_json }: PolicyDecisionRow): PolicyDecisionRecord[] {
  const stored = parseStored(record_json);
  if (typeof stored !== 'object' || stored === null) return [];
  const at = toTimestamp(at_ms);
  const parsed = PolicyDecisionRecord.safeParse({ id, at, allowed: allowed === 1, ...stored });
  return parsed.success ? [parsed.data] : [];
}

function isAmong(verdicts: PolicyDecisionRecord['policies'], name: string): boolean {
  return verdicts.some(({ policy, outcome }) => policy === name && outcome !== 'deferred');
}

interface ReplayParts {
  readonly deps: DecidingDeps;
  /** The documents that decisions were made with. */
  readonly history: DataHistory;
  readonly policy: ReplayedPolicy;
}

async function compareLevels(
  { deps, history, policy: replayed }: ReplayParts,
  record: PolicyDecisionRecord,
): Promise<ChangedDecision | 'gone' | undefined> {
  const question = PolicyInput.safeParse(record.input);
  if (!question.success) return undefined;
  const input = question.data;
  const { spec, compiled, tenantId, version } = replayed;
  const policy = askableOf({ spec, compiled, tenantId, version });
  const verdict = record.policies.find((each) => each.policy === spec.name);
  const documents = await history.documentsOf(tenantId, verdict?.data ?? []);
  if (documents === 'gone') return 'gone';
  const outcomeAt = async (languageLevel: LanguageLevel) => {
    const terms = { tenantId, languageLevel, documents, lane: 'quiet' } as const;
    const answer = await deps.policies.evaluate(spec.rule, input, terms);
    return evaluateAnswer({ policy, answer }, input).verdict;
  };
  const was = await outcomeAt(compiled.languageLevel ?? 1);
  const becomes = await outcomeAt(NEWEST_LANGUAGE_LEVEL);
  if (was.outcome === becomes.outcome) return undefined;
  if (was.outcome === 'deferred' || becomes.outcome === 'deferred') return undefined;
  const { id, at, action, user_id, resource_kind, resource_name } = record;
  return {
    id,
    at,
    action,
    user_id,
    resource_kind,
    resource_name,
    was: was.outcome,
    becomes: becomes.outcome,
    reasons: becomes.outcome === 'deny' ? becomes.reasons : was.reasons,
  };
}

function askableOf({ spec, compiled, tenantId, version }: ReplayedPolicy): AskablePolicy {
  return {
    name: spec.name,
    tenantId,
    type: spec.type,
    version,
    mode: spec.enforcement_mode,
    enabled: true,
    packageName: compiled.packageName,
    answers: compiled.answers,
    inputReferences: compiled.inputReferences,
  };
}
