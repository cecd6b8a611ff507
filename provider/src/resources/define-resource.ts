/** One resource type, made from its row of the kinds and the resource table of the contract. */
import { createHash } from 'node:crypto';
import type { ResourceKind } from '@novacron/contract/field';
import { canonicalJson } from '@novacron/contract/json';
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation';
import type { OutputOf } from '@novacron/contract/operations';
import { fromProblemDocument, PROBLEM_KINDS, type Problem } from '@novacron/contract/problem';
import type { Result } from '@novacron/contract/result';
import { string } from '../framework/attributes.ts';
import type { Diagnostics } from '../framework/diagnostics.ts';
import type { PlanChange, Resource } from '../framework/resource.ts';
import { resourceSchema, type Schema } from '../framework/schema.ts';
import { UserError } from '../framework/user-error.ts';
import type { ResourceAnswer, Session } from '../rpc/session.ts';
import { attributesOfFields } from './attributes-of-fields.ts';
import { previewPlan } from './preview-plan.ts';
import { reportDrift } from './report-drift.ts';
import { reportProblem } from './report-problem.ts';
import type { ResourceKindInfo } from './resource-kinds.ts';
import { changedFields, changedInput, knownInput, stateOf, type Values } from './values.ts';

/** Private state: the idempotency key of a create whose answer is not confirmed yet. */
const UNCONFIRMED_KEY = 'unconfirmed_key';

/** How the context of a handler serves the helpers here. */
interface HandlerContext {
  readonly client: Session;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
}

interface Written {
  readonly resource?: ResourceAnswer;
  readonly operation: OutputOf<'operation.get'>;
}

/** Makes the resource of a Terraform type. */
export function defineResource(type: string, info: ResourceKindInfo): Resource<Schema, Session> {
  const { kind, table } = info;
  const schema = resourceSchema({
    description: info.description,
    attributes: {
      id: string({
        computed: true,
        useStateForUnknown: true,
        description: `Id of the ${kind}, given by the server.`,
      }),
      ...attributesOfFields(table, 'resource'),
    },
  });
  const { attributes } = schema;
  const labelOf = (values: Values): string =>
    typeof values.name === 'string' ? `${type} ${JSON.stringify(values.name)}` : type;

  return {
    schema,

    async modifyPlan(change, context) {
      const planned = plannedWrite(change, info);
      if (planned === undefined) return undefined;
      const label = labelOf(change.kind === 'delete' ? change.prior : change.plan);
      await previewPlan(context.client, { ...planned, label, attributes }, context);
      return undefined;
    },

    async create({ desired }, context) {
      const { input } = knownInput(table, desired);
      const idempotencyKey = createKey(context.client.deployment, type, input);
      context.client.forgetReads();
      const answer: Result<Written, Problem> = await context.client.client.call(
        `${kind}.create`,
        { ...input, idempotency_key: idempotencyKey } as never,
        { signal: context.signal },
      );
      const doing = `create ${labelOf(desired)}`;
      if (!answer.ok) return refuse(context, answer.error, { attributes, doing });
      const id = answer.value.operation.target_id;
      context.privateState.set(UNCONFIRMED_KEY, idempotencyKey);
      await finishOperation(context, answer.value.operation, doing, () =>
        context.recordPartial({ ...desired, id } as never),
      );
      return readState(context, info, id, doing);
    },

    async read(state, context) {
      const prior: Values = state;
      const id = String(prior.id);
      const found = await context.client.find(kind, id, context.signal);
      const doing = `read ${labelOf(prior)}`;
      if (!found.ok) return refuse(context, found.error, { attributes, doing });
      if (found.value === undefined) return null;
      const key = context.privateState.get(UNCONFIRMED_KEY);
      if (typeof key === 'string' && (await context.client.confirm(key, context.signal))) {
        context.privateState.delete(UNCONFIRMED_KEY);
      }
      const next = stateOf(table, found.value);
      if (!context.imported) {
        const fields = changedFields(table, prior, next);
        if (fields.length > 0) {
          const record = await context.client.findDrift(id, context.signal);
          const { diagnostics } = context;
          reportDrift(diagnostics, { label: labelOf(next), fields, was: prior, is: next, record });
        }
      }
      return next as never;
    },

    async update({ prior, desired }, context) {
      const before: Values = prior;
      const id = String(before.id);
      const { input } = changedInput(table, before, desired);
      context.client.forgetReads();
      const answer: Result<Written, Problem> = await context.client.client.call(
        `${kind}.update`,
        { ...input, id } as never,
        { signal: context.signal },
      );
      const doing = `update ${labelOf(before)}`;
      if (!answer.ok) return refuse(context, answer.error, { attributes, doing });
      await finishOperation(context, answer.value.operation, doing, () => undefined);
      return readState(context, info, id, doing);
    },

    async delete(state, context) {
      const prior: Values = state;
      context.client.forgetReads();
      const answer: Result<Written, Problem> = await context.client.client.call(
        `${kind}.delete`,
        { id: String(prior.id) } as never,
        { signal: context.signal },
      );
      const doing = `delete ${labelOf(prior)}`;
      if (answer.ok) {
        await finishOperation(context, answer.value.operation, doing, () => undefined);
      } else if (answer.error.code !== 'not-found') {
        reportProblem(context.diagnostics, answer.error, { attributes, doing });
      }
    },

    async import(text, context) {
      const id = await resolveImport(text, type, info, context);
      return { id } as never;
    },
  };
}

/** What a plan would send; undefined where nothing is to be decided. */
function plannedWrite(change: PlanChange<Schema>, info: ResourceKindInfo) {
  const { kind, table } = info;
  switch (change.kind) {
    case 'no-op':
      return undefined;
    case 'create':
      return {
        operation: `${kind}.create`,
        id: undefined,
        values: knownInput(table, change.plan),
      };
    case 'update': {
      const prior: Values = change.prior;
      // A replacement is planned a second time as a create; here it is the end of the old one.
      if (change.replacePaths.length > 0) {
        return {
          operation: `${kind}.delete`,
          id: String(prior.id),
          values: { input: {}, unknown: [] },
        };
      }
      const values = changedInput(table, prior, change.plan);
      return { operation: `${kind}.update`, id: String(prior.id), values };
    }
    case 'delete': {
      const prior: Values = change.prior;
      return {
        operation: `${kind}.delete`,
        id: String(prior.id),
        values: { input: {}, unknown: [] },
      };
    }
  }
}

/** The same create asked for again has the same key: a lost answer never makes a second one. */
function createKey(deployment: string, type: string, input: Values): string {
  const text = canonicalJson({ deployment, type, input });
  return `tf-${createHash('sha256').update(text).digest('hex')}`;
}

function refuse(
  context: HandlerContext,
  found: Problem,
  options: Parameters<typeof reportProblem>[2],
): null {
  reportProblem(context.diagnostics, found, options);
  return null;
}

/** Waits until the operation has ended; throws for the user when it did not succeed. */
async function finishOperation(
  context: HandlerContext,
  admitted: OutputOf<'operation.get'>,
  doing: string,
  onInterrupt: () => void,
): Promise<void> {
  let operation = admitted;
  while (!OPERATION_STATUSES_FINAL.includes(operation.status)) {
    const { signal } = context;
    const answer = await context.client.client.call(
      'operation.wait',
      { id: operation.id },
      { signal },
    );
    if (!answer.ok) {
      if (signal.aborted) onInterrupt();
      throw toUserError(answer.error, doing);
    }
    operation = answer.value;
  }
  if (operation.status !== 'succeeded' && operation.problem !== null) {
    throw toUserError(fromProblemDocument(operation.problem), doing);
  }
}

async function readState(
  context: HandlerContext,
  info: ResourceKindInfo,
  id: string,
  doing: string,
): Promise<never> {
  const kind: ResourceKind = info.kind;
  const answer: Result<ResourceAnswer, Problem> = await context.client.client.call(
    `${kind}.get`,
    { id } as never,
    { signal: context.signal },
  );
  if (!answer.ok) throw toUserError(answer.error, doing);
  return stateOf(info.table, answer.value) as never;
}

async function resolveImport(
  text: string,
  type: string,
  info: ResourceKindInfo,
  context: HandlerContext,
): Promise<string> {
  if (info.id.safeParse(text).success) return text;
  const name = text.startsWith('name=') ? text.slice('name='.length) : text;
  const answer = await context.client.client.call(
    `${info.kind}.list`,
    { name, limit: 1 },
    { signal: context.signal },
  );
  const doing = `import ${type} ${JSON.stringify(text)}`;
  if (!answer.ok) throw toUserError(answer.error, doing);
  const [found] = answer.value.items;
  if (found === undefined) {
    throw new UserError({
      summary: `It does not exist: ${doing}`,
      detail:
        `No ${info.kind} has the id or the name ${JSON.stringify(text)}.\n\n` +
        `List what there is with \`novacron ${cliNoun(info.kind)} list\`.`,
    });
  }
  return found.id;
}

function cliNoun(kind: ResourceKind): string {
  return kind === 'volume' ? 'storage' : kind;
}

function toUserError(found: Problem, doing: string): UserError {
  return new UserError({
    summary: `${PROBLEM_KINDS[found.code].title}: ${doing}`,
    detail: `${found.detail}\n\n${found.remedy}`,
  });
}
