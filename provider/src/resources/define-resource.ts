/** One resource type, made from its row of the kinds and the resource table of the contract. */

import { isFinalStatus } from '@novacron/contract/operation/operation';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { wordsOf } from '@novacron/contract/schema/kind-in-words';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { labelAttributes, splitLabels, withAllLabels } from '../fields/default-labels.ts';
import { deriveAttributes } from '../fields/derive-attributes.ts';
import {
  changedFields,
  changedInput,
  knownInput,
  knownValues,
  observedValues,
  stateOf,
  type Values,
  writeOnlyInput,
} from '../fields/field-values.ts';
import { findMissing, findNewlyMissing } from '../fields/missing-parts.ts';
import type { ResourceKindInfo } from '../fields/resource-kinds.ts';
import { TIMEOUTS_ATTRIBUTE, TIMEOUTS_NAME, timeoutOf } from '../fields/timeouts.ts';
import type { ResourceContext } from '../framework/context.ts';
import type { Diagnostics } from '../framework/diagnostics/diagnostics.ts';
import type { Resource } from '../framework/resource.ts';
import { string } from '../framework/schema/attributes.ts';
import { resourceSchema, type Schema } from '../framework/schema/schema.ts';
import { awaitOperation, toUserError } from '../rpc/await-operation.ts';
import { createIdempotencyKey } from '../rpc/create-idempotency-key.ts';
import type { ResourceAnswer, Session } from '../rpc/session.ts';
import { createCombinationCheck } from './check-attribute-combinations.ts';
import { awaitDeletion } from './drift/await-deletion.ts';
import { keptGrowth, rememberGrowth } from './drift/kept-growth.ts';
import { unrestoredMembers } from './drift/members-drift.ts';
import { reportDeletion } from './drift/report-drift.ts';
import { warnAppliedImport } from './drift/warn-applied-import.ts';
import { createInheritance } from './planning/inherit-values.ts';
import {
  MEMBERS_ATTRIBUTE,
  PREVIEW_ATTRIBUTE,
  PREVIEW_NAME,
  previewToState,
} from './planning/placement-preview.ts';
import { planning, type Target } from './planning/plan-resource.ts';
import { rememberRevision } from './planning/plan-write.ts';
import { reportNotices } from './planning/preview-plan.ts';
import {
  beginCreate,
  forgetCreate,
  rejectDuplicateImport,
  rejectImportOfManaged,
} from './planning/reject-duplicates.ts';
import { warnLostContent } from './planning/warn-lost-content.ts';
import { explainDeletion } from './problems/explain-deletion.ts';
import { explainNameConflict } from './problems/explain-name-conflict.ts';
import { notDelivered } from './problems/not-delivered.ts';
import { rejectMemberImport } from './problems/reject-member-import.ts';
import { rejectOtherTenant, rememberTenant } from './problems/reject-other-tenant.ts';
import { reportProblem } from './problems/report-problem.ts';
import { resolveImport } from './resolve-import.ts';
import { asPlanned, sendDelete, sendUpdate, type Written } from './send-change.ts';
import { sendCreate } from './send-create.ts';

/** The handler context that the helpers below need. */
interface HandlerContext {
  readonly client: Session;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
}

type Handlers = Resource<Schema, Session>;

/** Creates the resource of a Terraform type. */
export function defineResource(type: string, info: ResourceKindInfo): Handlers {
  const hasPreview = info.kind === 'vm';
  const schema = resourceSchema({
    version: 0,
    description: info.description,
    attributes: {
      id: string({
        computed: true,
        useStateForUnknown: true,
        description: `Id of the ${wordsOf(info.kind)}, assigned by the server.`,
      }),
      ...deriveAttributes(info.table, 'resource'),
      ...labelAttributes(info.table),
      ...(hasPreview ? { [PREVIEW_NAME]: PREVIEW_ATTRIBUTE } : {}),
      ...(info.kind === 'vm_group' ? { [PREVIEW_NAME]: MEMBERS_ATTRIBUTE } : {}),
      [TIMEOUTS_NAME]: TIMEOUTS_ATTRIBUTE,
    },
  });
  const checkTogether = createCombinationCheck(info.table);
  const target: Target = {
    type,
    info,
    schema,
    inheritance: createInheritance(info.table),
    labelOf: ({ name }) => (typeof name === 'string' ? `${type} ${JSON.stringify(name)}` : type),
  };
  return {
    schema,
    identity: 'id',
    validate: (config, { diagnostics }) => checkTogether(config, diagnostics),
    modifyPlan: planning(target),
    clears: ({ privateState }) => target.inheritance.cleared(privateState),
    keeps: (objects, { privateState }) => keptGrowth(info.table, objects, privateState),
    create: creating(target),
    read: reading(target),
    ...changing(target),
    import: async (text, context) => {
      const id = await resolveImport(text, { type, info }, context);
      return rejectDuplicateImport(context, { id, type, text }) ? { id } : null;
    },
  };
}

function creating(target: Target): Handlers['create'] {
  const { type, info, schema, labelOf, inheritance } = target;
  return async ({ desired, config }, context) => {
    const { client: session } = context;
    const asked = { config, values: desired };
    const { input } = knownInput(info.table, withAllLabels(desired));
    const secrets = writeOnlyInput(info.table, config, { before: undefined, after: desired });
    const idempotencyKey = createIdempotencyKey({
      deployment: session.deployment,
      type,
      input: knownInput(info.table, withAllLabels(inheritance.said(asked, session.changing))).input,
    });
    const doing = `create ${labelOf(desired)}`;
    session.forgetReads();
    const create = { key: idempotencyKey, kind: info.kind, doing };
    if (!(await beginCreate(context, create))) return null;
    // The answer of a create that is already in the state must not be reused for this one.
    await session.keys.settle();
    const claimed = session.claim.begin(idempotencyKey);
    try {
      // Made by the same table of fields as the input's schema, which the server parses it with.
      const sent = { ...input, ...secrets, idempotency_key: idempotencyKey, ...claimed } as never;
      const answer: Result<Written, Problem> = await sendCreate(
        context,
        () => session.client.call(`${info.kind}.create`, sent, { signal: context.signal }),
        timeoutOf(desired, 'create').durationMs,
      );
      const { attributes } = schema;
      if (!answer.ok)
        return refuse(context, explainNameConflict(answer.error, 'create', session), {
          attributes,
          doing,
        });
      const operation = `${info.kind}.create`;
      const notices = answer.value.notices ?? [];
      reportNotices(context.diagnostics, notices, { attributes, doing, operation });
      inheritance.remember(asked, context.privateState);
      return await finishCreate(context, target, {
        key: idempotencyKey,
        doing,
        values: desired,
        written: answer.value,
      });
    } finally {
      session.claim.end(idempotencyKey);
    }
  };
}

/** Private state key of an object whose create did not end in time. */
const INCOMPLETE_KEY = 'incomplete';

type CreateContext = Parameters<Handlers['create']>[1];

/**
 * Waits for the end of a create and returns its state. Terraform gets none, not a tainted one
 * either, before the server has recorded that it does: another run could have it by then.
 */
async function finishCreate(
  context: CreateContext,
  target: Target,
  create: Omit<AfterWrite, 'id'> & { readonly key: string },
): Promise<Values> {
  const { client: session, signal } = context;
  const { key, doing, values, written } = create;
  const id = written.operation.target_id;
  session.sent.set(key, id);
  const deliver = async () => {
    const delivered = await session.claim.deliver(key);
    if (!delivered.ok) throw notDelivered(delivered.error, { id, doing, type: target.type });
  };
  const created = async () => {
    const state = await stateAfter(context, target, { id, doing, values, written });
    return { ...state, ...observedValues(target.info.table, values) };
  };
  await awaitOperation(session, written.operation, {
    doing,
    signal,
    timeout: timeoutOf(values, 'create'),
    onInterrupt: async () => {
      await deliver();
      context.privateState.set(INCOMPLETE_KEY, true);
      context.recordPartial({ ...values, id });
    },
    // Terraform marks it as tainted: the next apply replaces it.
    onKept: async () => {
      const state = await created();
      await deliver();
      context.privateState.set(INCOMPLETE_KEY, true);
      context.recordPartial(state);
    },
  });
  const state = await created();
  await deliver();
  session.keys.answer(key);
  return state;
}

function reading({ info, schema, labelOf, inheritance }: Target): Handlers['read'] {
  return async (state, context) => {
    const prior: Values = state;
    const id = idOf(prior);
    const doing = `read ${labelOf(prior)}`;
    if (!context.imported && !rejectImportOfManaged(context, { id, doing })) return null;
    const found = await context.client.find(info.kind, id, context.signal);
    if (!found.ok) {
      return refuse(context, found.error, { attributes: schema.attributes, doing });
    }
    // The state contains the result of the create, so the server can drop its stored answer.
    await context.client.keys.confirm(id, context.signal);
    if (found.value === undefined && !rejectOtherTenant(context, { id, doing })) return null;
    const seen = found.value && { kind: info.kind, answer: found.value, label: labelOf(prior) };
    const answer = seen && (await awaitDeletion(context, seen));
    if (answer === undefined)
      return reportGone(context, info.kind, { id, label: labelOf(prior), state: prior });
    const { imported, client } = context;
    if (imported && info.kind === 'vm') {
      const label = labelOf(answer);
      if (!rejectMemberImport(context.diagnostics, answer, label)) return null;
    }
    const read = { defaults: client.defaultLabels, imported };
    rememberRevision(context.privateState, answer);
    rememberTenant(context);
    const answered = stateOf(info.table, answer, prior);
    const next = withOwn(splitLabels(answered, prior, read), prior);
    if (imported) {
      const read = (kind: ResourceKind, id: string) => readAnother(context, kind, id);
      await inheritance.recognize(answered, read, context.privateState);
      await warnAppliedImport(context, { id, label: labelOf(answer) });
    }
    const was = withAllLabels(prior);
    if (context.privateState.get(INCOMPLETE_KEY) === true)
      client.incomplete.set(id, { kind: info.kind, values: next });
    if (!imported) rememberGrowth(info.table, { was, is: next }, context.privateState);
    const changed = [
      ...changedFields(info.table, was, withAllLabels(next)),
      ...findNewlyMissing(info.table, was, next),
    ];
    const fields = imported ? [] : changed;
    // The plan reports it: only there is the configuration known.
    const unrestored = imported ? [] : unrestoredMembers(answer);
    if (fields.length + unrestored.length > 0) {
      client.differences.set(id, { fields, was, unrestored });
    }
    return next;
  };
}

/** Reads a referenced resource; undefined where the server does not return it. */
async function readAnother(
  { client: session, signal }: HandlerContext,
  kind: ResourceKind,
  id: string,
): Promise<Values | undefined> {
  const answer: Result<ResourceAnswer, Problem> = await session.client.call(
    `${kind}.get`,
    { id },
    { signal },
  );
  return answer.ok ? answer.value : undefined;
}

/** An import that finds nothing did not lose anything that this state had. */
async function reportGone(
  { client: session, diagnostics, signal, imported }: HandlerContext & { imported: boolean },
  kind: ResourceKind,
  gone: { readonly id: string; readonly label: string; readonly state: Values },
): Promise<null> {
  if (imported) return null;
  const { id, label, state } = gone;
  const news = await session.findDeletion(id, signal);
  reportDeletion(diagnostics, session, { label, news });
  if (!session.isDestroyRun)
    warnLostContent({ client: session, diagnostics }, { label, kind, state });
  return null;
}

function idOf(state: Values): string {
  return String(state.id);
}

function changing(target: Target): Pick<Handlers, 'update' | 'delete'> {
  const { info, schema, labelOf } = target;
  const { attributes } = schema;
  return {
    async update({ prior, desired, config }, context) {
      const before: Values = prior;
      const { client: session, signal } = context;
      const id = idOf(before);
      const { input } = changedInput(info.table, withAllLabels(before), withAllLabels(desired));
      const secrets = writeOnlyInput(info.table, config, { before, after: desired });
      // Only the timeouts changed, which the server does not have, or the form of equal values.
      if (Object.keys(input).length === 0 && findMissing(info.table, before).length === 0) {
        return withOwn({ ...before, ...knownValues(desired) }, desired);
      }
      session.forgetReads();
      const change = { id, prior: before, desired, config, input: { ...input, ...secrets } };
      const answer = await sendUpdate(context, info, change);
      const doing = `update ${labelOf(before)}`;
      if (!answer.ok) {
        const isMissing = answer.error.code === 'not-found';
        if (isMissing && !rejectOtherTenant(context, { id, doing })) return null;
        const found = await explainDeletion(answer.error, { id, session, signal });
        return refuse(context, explainNameConflict(found, 'update', session), {
          attributes,
          doing,
        });
      }
      const timeout = timeoutOf(desired, 'update');
      const written = answer.value;
      const after = async () => {
        const state = await stateAfter(context, target, { id, doing, values: desired, written });
        const seen = { ...state, ...observedValues(info.table, desired) };
        return asPlanned(seen, desired, { input, privateState: context.privateState });
      };
      // What it changed stays: the state has it, or the next plan would report it as drift.
      const onKept = async () => context.recordPartial(await after());
      await awaitOperation(session, written.operation, { doing, signal, timeout, onKept });
      return after();
    },

    async delete(state, context) {
      const prior: Values = state;
      const { client: session, signal } = context;
      session.forgetReads();
      const answer = await sendDelete(context, info, prior);
      const doing = `delete ${labelOf(prior)}`;
      if (answer.ok) {
        session.deleted.add(idOf(prior));
        const timeout = timeoutOf(prior, 'delete');
        await awaitOperation(session, answer.value.operation, { doing, signal, timeout });
        forgetCreate(session, idOf(prior));
      } else if (answer.error.code === 'not-found') {
        rejectOtherTenant(context, { id: idOf(prior), doing });
      } else {
        reportProblem(context.diagnostics, answer.error, { attributes, doing });
      }
    },
  };
}

function refuse(
  context: HandlerContext,
  found: Problem,
  options: Parameters<typeof reportProblem>[2],
): null {
  reportProblem(context.diagnostics, found, options);
  return null;
}

interface AfterWrite {
  readonly id: string;
  readonly doing: string;
  readonly values: Values;
  readonly written: Written;
}

/** The state after a write has completed: taken from its answer if that was the final one. */
async function stateAfter(
  context: HandlerContext & Pick<ResourceContext<Session>, 'privateState'>,
  { info }: Target,
  { id, doing, values, written: { resource, operation } }: AfterWrite,
): Promise<Values> {
  rememberTenant(context);
  if (resource !== undefined && isFinalStatus(operation.status)) {
    rememberRevision(context.privateState, resource);
    return withOwn(splitLabels(stateOf(info.table, resource, values), values), values);
  }
  const answer: Result<ResourceAnswer, Problem> = await context.client.client.call(
    `${info.kind}.get`,
    { id },
    { signal: context.signal },
  );
  if (!answer.ok) throw toUserError(answer.error, doing);
  rememberRevision(context.privateState, answer.value);
  return withOwn(splitLabels(stateOf(info.table, answer.value, values), values), values);
}

/** Adds to a state what the server does not have: timeouts and the placement preview of a VM. */
function withOwn(state: Values, values: Values): Values {
  const preview = PREVIEW_NAME in values ? previewToState(values) : {};
  return { ...state, ...preview, [TIMEOUTS_NAME]: values[TIMEOUTS_NAME] ?? null };
}
