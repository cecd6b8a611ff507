/** Lets a model draft a runbook: what it is asked is shown, and nothing of it runs by itself. */
import type { ModelDraft, RunbookDraft } from '@novacron/contract/automation/runbook-draft';
import { WorkflowId } from '@novacron/contract/ids';
import {
  operationRow,
  operations,
  type ParsedInputOf,
} from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  type ReadDraft,
  readDraft,
} from '@novacron/engine/automation/workflows/drafting/read-draft';
import { redactNames } from '@novacron/engine/automation/workflows/drafting/redact-names';
import { writeQuestion } from '@novacron/engine/automation/workflows/drafting/write-question';
import type { DraftModel } from '../../../../ports/draft-model.ts';
import type { IncidentRow } from '../../../../ports/tables/incident-rows.ts';
import { forbiddenCall, mayCall } from '../../../access/identity/may-call.ts';
import { checkTenantAccess } from '../../../access/tenants/tenant-access.ts';
import type { BeginParts } from '../../../kernel/arbitration/platform-write.ts';
import { auditChange } from '../../../kernel/audit/audit.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { admitWrite } from '../../../kernel/write/admit-write.ts';
import { commitChanges } from '../../../kernel/write/commit-changes.ts';
import { refuseByPolicy } from '../../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { changedFields } from '../../../rows/changed-fields.ts';
import { findIncident, generateRunbook } from './generate-runbook.ts';
import { knownNames } from './known-names.ts';

type Input = ParsedInputOf<'runbook.draft'>;
type Parts = Pick<BeginParts<CapabilityDeps>, 'deps'>;

/** A request to a model, and what its placeholders stand for. */
interface Question {
  readonly cause: string;
  /** Body of the request. */
  readonly outgoing: string;
  readonly originals: ReadonlyMap<string, string>;
}

/**
 * Drafts one. Problems: `operation-failed` without an endpoint, `unavailable` where it does not
 * answer, `policy-denied`, and those of `runbook.generate` and `workflow.create`.
 */
export async function draftRunbook(
  parts: Parts,
  input: Input,
  context: CallContext,
): Promise<Result<ModelDraft, Problem>> {
  const { deps } = parts;
  const { draftModel: model } = deps;
  if (model === undefined) return err(withoutEndpoint());
  if (input.save && !input.send) return err(savedUnsent());
  if (input.save) {
    const refused = await refuseSave(deps, context);
    if (refused !== undefined) return err(refused);
  }
  const evidence = await generateRunbook(deps, input, context);
  if (!evidence.ok) return evidence;
  const { tenantId } = context.principal;
  const incident = await findIncident(deps, input.incident_id, tenantId);
  if (!incident.ok) return incident;
  const question = await ask(deps, model, {
    evidence: evidence.value,
    incident: incident.value,
    tenantId,
  });
  const { cause, outgoing } = question;
  const { host, model: name } = model;
  const subject = {
    operation: 'runbook.draft',
    resourceKind: 'runbook',
    target: { id: input.incident_id ?? '', name: cause },
    before: null,
    wanted: { cause, host, model: name, send: input.send, save: input.save },
  } as const;
  const denied = await refuseByPolicy(deps, context, subject);
  if (denied !== undefined) return err(denied);
  const shown: Shown = { cause, host, model: name, outgoing, workflow_id: null };
  if (!input.send) {
    return ok({ ...shown, sent: false, name: null, text: null, problems: [], warnings: [] });
  }
  const { operation, resourceKind, target, before, wanted } = subject;
  // Committed first: nothing leaves that the audit log does not have.
  const changes = changedFields(before, wanted);
  const entry = { operation, outcome: 'done', resourceKind, target, changes };
  const audited = await commitChanges(deps, [auditChange(deps, context, entry)]);
  if (!audited.ok) return audited;
  const answer = await model.ask(outgoing, context.signal);
  if (!answer.ok) return err(unanswered(host, answer.error.words));
  const note =
    `Drafted by the model ${name} for ${context.principal.name}: read it before you ` +
    'enable it.';
  const draft = readDraft({ answer: answer.value, originals: question.originals, note });
  return answerDraft(parts, { input, shown, draft }, context);
}

/** Common fields of a request and its answer. */
type Shown = Pick<ModelDraft, 'cause' | 'host' | 'model' | 'outgoing' | 'workflow_id'>;

/** Stores the draft where that is asked for, and shows it. */
async function answerDraft(
  parts: Parts,
  {
    input,
    shown,
    draft,
  }: { readonly input: Input; readonly shown: Shown; readonly draft: ReadDraft },
  context: CallContext,
): Promise<Result<ModelDraft, Problem>> {
  const stored = input.save ? await save(parts, draft, context) : ok(null);
  if (!stored.ok) return stored;
  const { problems, warnings } = draft;
  return ok({
    ...shown,
    sent: true,
    name: draft.name,
    text: draft.text,
    problems: [...problems],
    warnings: [...warnings],
    workflow_id: stored.value,
  });
}

/** Writes the request: no name, address or id of the tenant is in it. */
async function ask(
  deps: CapabilityDeps,
  model: DraftModel,
  known: {
    readonly evidence: RunbookDraft;
    readonly incident: IncidentRow | undefined;
    readonly tenantId: string;
  },
): Promise<Question> {
  const { evidence, incident, tenantId } = known;
  const { cause, incidents, sequences, runbooks, text } = evidence;
  const facts = {
    incidents,
    sequences: sequences.map(({ incident_ids: _ids, ...figures }) => JSON.parse(textOf(figures))),
    stored_runbooks: runbooks.map(({ workflow, executions, succeeded }) => {
      return { workflow, executions, succeeded };
    }),
    draft_by_history: text,
    incident: incident === undefined ? null : factsOf(incident),
  };
  const names = await knownNames(deps, tenantId, incident);
  const { data, originals } = redactNames(facts, names);
  return { cause, outgoing: model.bodyOf(writeQuestion(cause, data)), originals };
}

/** Returns the JSON text of a value. */
function textOf(value: object): string {
  return JSON.stringify(value);
}

function factsOf(incident: IncidentRow) {
  const { state, severity, target_kind, target_name, summary, comment } = incident;
  const { vms_down, vms_affected, occurrences } = incident;
  return {
    state,
    severity,
    target_kind,
    target_name,
    summary,
    comment_of_a_person: comment,
    vms_down,
    vms_affected,
    occurrences,
  };
}

/** Nothing is sent for a draft that could not be stored. */
async function refuseSave(
  deps: CapabilityDeps,
  { principal }: CallContext,
): Promise<Problem | undefined> {
  if (!mayCall(principal, 'workflow.create')) {
    return forbiddenCall('workflow.create', operationRow('workflow.create').role, principal);
  }
  const served = await checkTenantAccess(deps, 'workflow.create', {}, principal);
  return served.ok ? undefined : served.error;
}

/** Stores a draft without problems, as a write of its own. @returns null where it has problems */
async function save(
  { deps }: Parts,
  { text, problems }: ReadDraft,
  context: CallContext,
): Promise<Result<WorkflowId | null, Problem>> {
  if (problems.length > 0) return ok(null);
  const input = operations['workflow.create'].input.parse({ text, enabled: false });
  const prepare = deps.writes['workflow.create'];
  const admitted = await admitWrite('workflow.create', input, prepare, deps, context);
  if (!admitted.ok) return admitted;
  return ok(WorkflowId.parse(admitted.value.operation.target_id));
}

function withoutEndpoint(): Problem {
  return problem('operation-failed', {
    detail: 'This server has no model endpoint for drafting runbooks.',
    remedy:
      'Ask the operator to set ai-endpoint, or generate the runbook from earlier incidents, ' +
      'which none: novacron runbook generate.',
  });
}

function savedUnsent(): Problem {
  return problem('validation-failed', {
    detail: '`save` requires `send`: without it, there is no draft to store.',
    remedy: 'Set both: novacron runbook draft --send --save.',
    fields: [{ path: ['save'], message: 'needs send' }],
  });
}

function unanswered(host: string, words: string): Problem {
  return problem('unavailable', {
    detail: `No draft was made: the endpoint ${host} ${words}.`,
    remedy:
      'Try again later, or generate the runbook from earlier incidents: novacron runbook ' +
      'generate. The operator configures the endpoint in the setting ai-endpoint.',
  });
}
