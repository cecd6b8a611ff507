/** One resource type of administrative objects, made from its row. */
import type { Problem } from '@novacron/contract/problem/problem';
import { PROBLEM_KINDS } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import { deriveAttributes } from '../fields/derive-attributes.ts';
import { changedInput, knownInput, knownValues, type Values } from '../fields/field-values.ts';
import type { Diagnostics } from '../framework/diagnostics/diagnostics.ts';
import { UserError } from '../framework/diagnostics/user-error.ts';
import type { Resource } from '../framework/resource.ts';
import { string } from '../framework/schema/attributes.ts';
import { resourceSchema, type Schema } from '../framework/schema/schema.ts';
import {
  beginCreate,
  forgetCreate,
  rejectDuplicateImport,
  rejectImportOfManaged,
} from '../resources/planning/reject-duplicates.ts';
import { explainDeletion } from '../resources/problems/explain-deletion.ts';
import { explainNameConflict } from '../resources/problems/explain-name-conflict.ts';
import { notDelivered } from '../resources/problems/not-delivered.ts';
import { rejectOtherTenant, rememberTenant } from '../resources/problems/reject-other-tenant.ts';
import { reportProblem } from '../resources/problems/report-problem.ts';
import {
  asPlanned,
  changedSincePlan,
  findConflicts,
  findDeleteConflicts,
} from '../resources/send-change.ts';
import { sendCreate } from '../resources/send-create.ts';
import { toUserError } from '../rpc/await-operation.ts';
import { createIdempotencyKey } from '../rpc/create-idempotency-key.ts';
import type { ResourceAnswer, Session, SessionCallOptions } from '../rpc/session.ts';
import {
  type AdministrativeTarget,
  type AdministrativeType,
  byName,
  REVISION_KEY,
  rememberRevision,
  toCreateInput,
  toState,
  toUpdateInput,
  withHint,
} from './administrative-types.ts';
import { administrativePlanning } from './plan-administrative-change.ts';

/** Sends of one update; each further one means that another write was committed in between. */
const ATTEMPTS_MAX = 8;

type Handlers = Resource<Schema, Session>;

/** Creates the resource of a type. */
export function defineAdministrativeResource(info: AdministrativeType): Handlers {
  const schema = resourceSchema({
    description: info.description,
    attributes: {
      id: string({
        computed: true,
        useStateForUnknown: true,
        description: `Id of the ${info.noun}, assigned by the server.`,
      }),
      ...deriveAttributes(info.table, 'resource'),
    },
  });
  const target: AdministrativeTarget = {
    info,
    schema,
    labelOf: (values) => {
      const name = info.nameIn?.(values) ?? values[info.nameField ?? 'name'];
      return typeof name === 'string' ? `${info.type} ${JSON.stringify(name)}` : info.type;
    },
  };
  return {
    schema,
    identity: 'id',
    modifyPlan: administrativePlanning(target),
    create: creating(target),
    read: reading(target),
    update: updating(target),
    delete: deleting(target),
    import: async (text, context) => {
      const id = await resolveImport(text, info, context);
      return rejectDuplicateImport(context, { id, type: info.type, text }) ? { id } : null;
    },
  };
}

/** The answer of a write. */
type Written = Values & { readonly resource: ResourceAnswer };

/** Returns the calls of a type; the answer is that of the operation. */
function callOf<Answer>({ client }: Session, { kind }: AdministrativeType) {
  type Call = (
    name: string,
    input: Values,
    options: SessionCallOptions,
  ) => Promise<Result<Answer, Problem>>;
  // Inputs are made by the table of fields, with which their schemas in the contract agree.
  const call = client.call as Call;
  return (verb: string, input: Values, options: SessionCallOptions) =>
    call(`${kind}.${verb}`, input, options);
}

function creating({ info, schema, labelOf }: AdministrativeTarget): Handlers['create'] {
  return async ({ desired }, context) => {
    const { client: session, signal, diagnostics } = context;
    const input = toCreateInput(knownInput(info.table, desired).input);
    const doing = `create ${labelOf(desired)}`;
    const key = createIdempotencyKey({ deployment: session.deployment, type: info.type, input });
    session.forgetReads();
    if (!(await beginCreate(context, { key, kind: info.kind, doing }))) return null;
    // The answer of a create that is already in the state must not be reused for this one.
    await session.keys.settle();
    const claimed = { idempotency_key: key, ...session.claim.begin(key) };
    try {
      const sent = { ...input, ...info.createsWith, ...claimed };
      const answer = await sendCreate(context, () =>
        callOf<Written>(session, info)('create', sent, { signal }),
      );
      if (!answer.ok) {
        const { attributes } = schema;
        reportProblem(diagnostics, explainNameConflict(answer.error, 'create', session), {
          attributes,
          doing,
        });
        return null;
      }
      const { resource } = answer.value;
      session.sent.set(key, resource.id);
      await deliver(session, { key, id: resource.id, doing, type: info.type });
      rememberRevision(context, resource);
      rememberTenant(context);
      return toState(info, resource, desired);
    } finally {
      session.claim.end(key);
    }
  };
}

/** Terraform gets no object before the server has recorded that it does. */
async function deliver(
  session: Session,
  created: {
    readonly key: string;
    readonly id: string;
    readonly doing: string;
    readonly type: string;
  },
): Promise<void> {
  const delivered = await session.claim.deliver(created.key);
  if (!delivered.ok) throw notDelivered(delivered.error, created);
  session.keys.answer(created.key);
}

function reading({ info, schema, labelOf }: AdministrativeTarget): Handlers['read'] {
  return async (state, context) => {
    const prior: Values = state;
    const { client: session, diagnostics, imported, signal } = context;
    const id = String(prior.id);
    const doing = `read ${labelOf(prior)}`;
    if (!imported && !rejectImportOfManaged(context, { id, doing })) return null;
    const found = await session.find(info.kind, id, signal);
    if (!found.ok) {
      reportProblem(diagnostics, found.error, { attributes: schema.attributes, doing });
      return null;
    }
    await session.keys.confirm(id, signal);
    const answer = found.value;
    if (answer === undefined && !rejectOtherTenant(context, { id, doing })) return null;
    const end = answer === undefined ? undefined : info.endOf?.(answer);
    if (answer === undefined || end !== undefined) {
      if (!imported) warnGone(context, { info, prior, label: labelOf(prior), end });
      if (imported && end !== undefined) throw notImportable(info, id, end);
      return null;
    }
    const rejected = imported ? info.rejects?.(answer) : undefined;
    if (rejected !== undefined) throw notImportable(info, id, rejected);
    rememberRevision(context, answer);
    rememberTenant(context);
    return toState(info, answer, prior);
  };
}

function warnGone(
  { diagnostics }: { readonly diagnostics: Diagnostics },
  gone: {
    readonly info: AdministrativeType;
    readonly prior: Values;
    readonly label: string;
    readonly end: string | undefined;
  },
): void {
  const { info, prior, label, end } = gone;
  const why = end ?? info.explainGone?.(prior, Date.now());
  const detail =
    why ??
    `The server does not have ${String(prior.id)} any more, or not for this API key: it was ` +
      'deleted outside of Terraform, or the key belongs to another tenant. An apply creates it ' +
      'again; check endpoint and api_key of the provider first.';
  const isExpired = end !== undefined || why?.startsWith('It expired') === true;
  diagnostics.warning({
    summary: `${isExpired ? 'Expired' : 'Not found on the server'}: ${label}`,
    detail,
  });
}

function updating({ info, schema, labelOf }: AdministrativeTarget): Handlers['update'] {
  return async ({ prior, desired, config }, context) => {
    const { client: session, signal, diagnostics } = context;
    const before: Values = prior;
    const id = String(before.id);
    const { input } = changedInput(info.table, before, desired);
    // Values are only spelled differently, or an unknown one has turned out to be the same.
    if (Object.keys(input).length === 0) return { ...before, ...knownValues(desired) };
    session.forgetReads();
    const update = { id, prior: before, desired, config, input };
    const answer = await sendUpdate(info, update, context);
    if (!answer.ok) {
      const doing = `update ${labelOf(before)}`;
      const isMissing = answer.error.code === 'not-found';
      if (isMissing && !rejectOtherTenant(context, { id, doing })) return null;
      const explained = await explainDeletion(answer.error, { id, session, signal });
      const found = explainNameConflict(explained, 'update', session);
      reportProblem(diagnostics, found, { attributes: schema.attributes, doing });
      return null;
    }
    rememberRevision(context, answer.value.resource);
    const state = toState(info, answer.value.resource, desired);
    const { privateState } = context;
    return asPlanned(state, desired, { input, privateState, revisionKey: REVISION_KEY });
  };
}

/** Sends an update of the revision that the plan was made from: an optimistic lock. */
function sendUpdate(
  info: AdministrativeType,
  update: Parameters<typeof findConflicts>[1],
  context: Parameters<Handlers['update']>[1],
): Promise<Result<Written, Problem>> {
  const { client: session, signal } = context;
  return sendIfUnchanged(info, update.id, context, {
    send: (condition) => {
      const input = { ...toUpdateInput(update), ...condition, id: update.id };
      // Only types with an update have changes that are not replacements.
      return callOf<Written>(session, info)('update', input, { signal });
    },
    refusalBy: (current) => {
      const conflicts = findConflicts(info.table, update, toState(info, current, update.prior));
      return conflicts.length === 0 ? undefined : changedSincePlan(conflicts);
    },
  });
}

/** Sends a delete of the revision that the plan was made from. */
function sendDelete(
  info: AdministrativeType,
  prior: Values,
  context: Parameters<Handlers['delete']>[1],
): Promise<Result<object, Problem>> {
  const { client: session, signal } = context;
  const id = String(prior.id);
  return sendIfUnchanged(info, id, context, {
    send: (condition) => {
      const sent = info.neverChanges === true ? {} : condition;
      return session.client.call(`${info.kind}.delete`, { ...sent, id }, { signal });
    },
    refusalBy: (current) => {
      const conflicts = findDeleteConflicts(info.table, prior, toState(info, current, prior));
      return conflicts.length === 0 ? undefined : changedSincePlan(conflicts, 'deleted');
    },
  });
}

/** Sends a write until the object does not change between its check and the write. */
async function sendIfUnchanged<Answer>(
  info: AdministrativeType,
  id: string,
  context: Pick<Parameters<Handlers['delete']>[1], 'client' | 'signal' | 'privateState'>,
  write: {
    readonly send: (condition: {
      readonly if_revision?: number;
    }) => Promise<Result<Answer, Problem>>;
    /** Problem of the write, given the object as it is now; undefined if it may be sent. */
    readonly refusalBy: (current: ResourceAnswer) => Problem | undefined;
  },
): Promise<Result<Answer, Problem>> {
  const { client: session, signal, privateState } = context;
  let revision = privateState.get(REVISION_KEY);
  for (let attempt = 1; ; attempt += 1) {
    const answer = await write.send(typeof revision === 'number' ? { if_revision: revision } : {});
    const isMismatch = !answer.ok && answer.error.code === 'revision-mismatch';
    if (!isMismatch || attempt >= ATTEMPTS_MAX) return answer;
    const current: Result<ResourceAnswer, Problem> = await session.client.call(
      `${info.kind}.get`,
      { id },
      { signal },
    );
    if (!current.ok) return current;
    const refusal = write.refusalBy(current.value);
    if (refusal !== undefined) return err(refusal);
    revision = Number(current.value.revision);
  }
}

function deleting({ info, schema, labelOf }: AdministrativeTarget): Handlers['delete'] {
  return async (state, context) => {
    const prior: Values = state;
    const { client: session, diagnostics } = context;
    const id = String(prior.id);
    session.forgetReads();
    const answer = await sendDelete(info, prior, context);
    const doing = `delete ${labelOf(prior)}`;
    if (answer.ok) {
      session.deleted.add(id);
      forgetCreate(session, id);
    } else if (answer.error.code === 'not-found') {
      rejectOtherTenant(context, { id, doing });
    } else {
      const found = withHint(answer.error, info.inUseHint);
      reportProblem(diagnostics, found, { attributes: schema.attributes, doing });
    }
  };
}

/** Returns the id of the object to import. */
async function resolveImport(
  text: string,
  info: AdministrativeType,
  { client: session, signal }: { readonly client: Session; readonly signal: AbortSignal },
): Promise<string> {
  const doing = `import ${info.type} ${JSON.stringify(text)}`;
  const { nameField } = info;
  if (info.id.safeParse(text).success || nameField === undefined) {
    const found = await session.find(info.kind, text, signal);
    if (!found.ok) throw toUserError(found.error, doing);
    if (found.value !== undefined) return text;
    throw nothingThere(info, text, doing);
  }
  const prefix = `${nameField}=`;
  // The prefix marks a name, for names that look like ids.
  const name = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  const list = callOf<{ readonly items: readonly ResourceAnswer[] }>(session, info);
  const answer = await list('list', { ...byName(nameField, name), limit: 1 }, { signal });
  if (!answer.ok) throw toUserError(answer.error, doing);
  const [found] = answer.value.items;
  if (found === undefined) throw nothingThere(info, text, doing);
  return found.id;
}

function nothingThere({ noun, nameField, kind }: AdministrativeType, text: string, doing: string) {
  const by = nameField === undefined ? 'id' : `id or ${nameField}`;
  return new UserError({
    summary: `${PROBLEM_KINDS['not-found'].title}: ${doing}`,
    detail:
      `No ${noun} has the ${by} ${JSON.stringify(text)}.\n\nList the existing ones with ` +
      `\`novacron ${kind.replaceAll('_', '-')} list\`.`,
  });
}

function notImportable({ type }: AdministrativeType, id: string, detail: string): UserError {
  return new UserError({ summary: `Cannot be imported: ${type} ${JSON.stringify(id)}`, detail });
}
