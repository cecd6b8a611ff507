/**
 * The log of decisions. It is written asynchronously: in batches within a second, and no write
 * waits for it. Decisions lost in a crash are in the audit log all the same. Source of the idea:
 * Open Policy Agent's decision log, buffered and masked.
 */
import { hash } from 'node:crypto';
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type {
  DecisionMoment,
  PolicyDecisionRecord,
} from '@novacron/contract/kinds/policy/policy-decision';
import { SECRET_FIELDS } from '@novacron/contract/kinds/secret-fields';
import { MASK } from '@novacron/engine/policy/rules/find-masked-paths';
import type { PolicyDecisionRow } from '../../../ports/tables/policy/policy-decision-row.ts';
import type { PortsOf } from '../../kernel/context/deps.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { PolicyDeps } from '../deps.ts';
import type { DecisionLog, LoggedDecision } from '../memory/decision-memory.ts';

/** Time for which decisions are collected for one batch. */
const FLUSH_MS = 500;

/** Maximum number of decisions without an admitted or refused write that one flush stores. */
const DRY_PER_FLUSH_MAX = 500;

/** Maximum number of decisions in the buffer. */
const WAITING_MAX = 10_000;

/** The stored details of a decision besides the columns of its row. */
type KeptDecision = Omit<PolicyDecisionRecord, 'id' | 'at' | 'allowed'>;

/** Makes the log of one server. */
export function createDecisionLog(deps: PortsOf<PolicyDeps>): DecisionLog {
  const { telemetry, tracer } = deps;
  let waiting: PolicyDecisionRow[] = [];
  let dry = 0;
  let cancel: (() => void) | undefined;

  function hasRoom(moment: DecisionMoment): boolean {
    if (waiting.length >= WAITING_MAX) return false;
    return moment === 'admission' || dry < DRY_PER_FLUSH_MAX;
  }

  function flush(): void {
    cancel?.();
    cancel = undefined;
    const rows = waiting;
    waiting = [];
    dry = 0;
    if (rows.length === 0) return;
    const lose = (cause: unknown): void =>
      deps.logger.warn({ cause, rows: rows.length }, 'decisions of policies are not logged');
    const changes = rows.map((row) => ({ kind: 'put', into: 'policy_decisions', row }) as const);
    // A flush serves many requests, so the one that set the timer is not its parent span.
    tracer
      .run(undefined, () => commitChanges(deps, changes))
      .then((done) => (done.ok ? undefined : lose(done.error)), lose);
  }

  return {
    add: (decision) => {
      const isLogged = hasRoom(decision.moment);
      telemetry.count('novacron_policy_decisions_total', {
        outcome: decision.decision.allowed ? 'allowed' : 'refused',
        log: isLogged ? 'written' : 'crowded',
      });
      if (!isLogged) return;
      waiting.push(toRow(deps, decision, deps.settings.decisionInputRatio));
      if (decision.moment !== 'admission') dry += 1;
      cancel ??= deps.timers.after(FLUSH_MS, flush);
    },
    stop: flush,
  };
}

function toRow(
  { ids, clock }: PortsOf<PolicyDeps>,
  { moment, question, resourceId, decision, policiesCached, durationMs, context }: LoggedDecision,
  inputRatio: number,
): PolicyDecisionRow {
  const { type, name } = question.resource;
  const inputHash = hashOf(question);
  const isSampled = !decision.allowed || shareOf(inputHash) < inputRatio;
  const record: KeptDecision = {
    moment,
    operation: question.operation,
    action: question.action,
    user_id: question.subject.user_id,
    role: question.subject.role,
    request_id: context.requestId,
    resource_kind: typeof type === 'string' ? type : '',
    resource_id: resourceId === '' ? null : resourceId,
    resource_name: typeof name === 'string' ? name : null,
    reasons: decision.reasons,
    policies: decision.policies,
    policies_cached: policiesCached,
    duration_ms: Math.round(durationMs * 1000) / 1000,
    input_hash: inputHash,
    input: isSampled ? maskInput(question) : null,
  };
  return {
    id: ids.next('pdec'),
    tenant_id: context.principal.tenantId,
    at_ms: clock.nowMs(),
    allowed: decision.allowed ? 1 : 0,
    resource_id: resourceId,
    record_json: JSON.stringify(record),
  };
}

/** Equal questions have equal hashes at any time. */
function hashOf(question: PolicyInput): string {
  const { time: _time, request_id: _request, ...context } = question.context;
  const same = canonicalJson({ ...question, context });
  return hash('sha256', same, 'hex');
}

const SHARE_DIGITS = 8;

/** A hash as a number from 0 up to 1: every server samples the same questions. */
function shareOf(inputHash: string): number {
  return Number.parseInt(inputHash.slice(0, SHARE_DIGITS), 16) / 16 ** SHARE_DIGITS;
}

/** Key names that suggest a secret, as in labels. */
const SECRET_NAME = /passw|secret|token|credential|api[-_]?key|private[-_]?key/i;

/** A policy input as the log stores it: without secret fields and values with secret names. */
export function maskInput(question: PolicyInput): JsonObject {
  // The schema says JSON of every member; a loose object cannot say it of itself.
  return maskObject(question as unknown as JsonObject);
}

function maskObject(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      value !== null && isSecret(name) ? MASK : maskValue(value),
    ]),
  );
}

function maskValue(value: JsonObject[string]): JsonObject[string] {
  if (Array.isArray(value)) return value.map(maskValue);
  // Arrays and null were handled: a JSON value that is an object.
  return typeof value === 'object' && value !== null ? maskObject(value as JsonObject) : value;
}

function isSecret(name: string): boolean {
  return SECRET_FIELDS.has(name) || SECRET_NAME.test(name);
}
