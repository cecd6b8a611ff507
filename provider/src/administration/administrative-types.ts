/**
 * The types of administrative objects: tenants, roles, reservations, policy waivers, data documents
 * of policies, and workflows. Each is a row; `define-administrative-resource.ts` and the lookups
 * are made from it. They have no desired state to drift from and no operation to wait for.
 */

import { FEATURES, featureNames } from '@novacron/contract/access/feature';
import { ADMINISTRATIVE_FIELDS } from '@novacron/contract/administration/administrative-fields';
import {
  ADMINISTRATIVE_KINDS,
  type AdministrativeKind,
  terraformTypeOf,
} from '@novacron/contract/administration/administrative-kinds';
import {
  BudgetId,
  GitopsApplicationId,
  PolicyDataId,
  PolicyWaiverId,
  PriceListId,
  ReservationId,
  RoleId,
  TenantId,
  WorkflowId,
} from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import type { EffectOf, Field, FieldTable } from '@novacron/contract/schema/field';
import { wordsOf } from '@novacron/contract/schema/kind-in-words';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import { isRecord } from '../cty/is-record.ts';
import { stateOf, type Values } from '../fields/field-values.ts';
import { endSentence } from '../framework/diagnostics/end-sentence.ts';
import type { PrivateState } from '../framework/private-state.ts';
import type { Schema } from '../framework/schema/schema.ts';
import {
  type EffectContext,
  warnDocumentEffect,
} from '../resources/planning/warn-policy-effect.ts';
import type { ResourceAnswer } from '../rpc/session.ts';

/** Private state key of the revision that belongs to the state. */
export const REVISION_KEY = 'revision';

/** Records the revision that belongs to a state. */
export function rememberRevision(
  { privateState }: { readonly privateState: PrivateState },
  { revision }: ResourceAnswer,
): void {
  if (typeof revision === 'number') privateState.set(REVISION_KEY, revision);
}

/** A field that identifies objects to people. */
export type NameField = 'name' | 'path';

/** The part of a list's input that selects the object of a name. */
export function byName(field: NameField, name: string): Values {
  // Paths came with lists that take several values of a filter.
  return { [field]: field === 'path' ? [name] : name };
}

/** Settings specific to a type. */
interface AdministrativeRow {
  readonly description: string;
  readonly dataSource: string;
  readonly id: Field['schema'];
  /** Noun for users, if it differs from the kind in words. */
  readonly noun?: string;
  /** The field that is unique within the tenant; absent where objects are known by ids alone. */
  readonly nameField?: NameField;
  /** `summaries`: items of its list have not all fields, so each object is read by itself. */
  readonly lists?: 'summaries';
  /** Converts an answer to values of attributes. */
  readonly toValues?: (answer: ResourceAnswer) => Values;
  /** Converts an answer to values of the data source, which shows what is in effect. */
  readonly toLookup?: (answer: ResourceAnswer) => Values;
  /** Name of an object whose name is inside of another value; undefined while that is not known. */
  readonly nameIn?: (values: Values) => string | undefined;
  /** Decides which changes of a field replace the object, where that takes more than the table. */
  readonly effects?: Readonly<Record<string, EffectOf>>;
  /** Input of a create that no attribute sets. */
  readonly createsWith?: Values;
  /** Explains why an object that the server still returns counts as deleted. */
  readonly endOf?: (answer: ResourceAnswer) => string | undefined;
  /** Explains why an object is gone, judging by its state. */
  readonly explainGone?: (state: Values, nowMs: number) => string | undefined;
  /** Advice on changing the configuration when something prevents an object's deletion. */
  readonly inUseHint?: string;
  /** Warns of what a create or an update changes besides the object. */
  readonly warnEffect?: (
    context: EffectContext,
    planned: { readonly label: string; readonly values: Values },
  ) => Promise<void>;
  /** An object of it is created and deleted, and never changed. */
  readonly neverChanges?: true;
  /** Explains why an object can never be deleted. */
  readonly protects?: (state: Values) => string | undefined;
  /** Explains why an object cannot be managed, such as a built-in object. */
  readonly rejects?: (answer: ResourceAnswer) => string | undefined;
}

const ROWS: Readonly<Record<AdministrativeKind, AdministrativeRow>> = {
  tenant: {
    description:
      'A tenant: who owns resources, how many, and with which features. Only a key of the first ' +
      'tenant may manage tenants. No API key is created with it: see the ephemeral resource ' +
      '`novacron_api_key`.',
    dataSource:
      "A tenant with its quotas and their usage; outside the first tenant only the caller's own.",
    id: TenantId,
    nameField: 'name',
    toValues: toTenantValues,
    // The secret of a first key would have to be stored in the state.
    createsWith: { first_key: 'none' },
    protects: ({ platform }) =>
      platform === true
        ? 'It is the first tenant, whose administrators operate NovaCron; no server deletes it. ' +
          'To stop managing it, use a `removed` block with `destroy = false`, or ' +
          '`terraform state rm`.'
        : undefined,
  },
  role: {
    description:
      "A role of the tenant: what its holders may do, at most what the provider's own key may do.",
    dataSource: 'A role and its permitted operations, including the built-in roles.',
    id: RoleId,
    nameField: 'name',
    rejects: ({ built_in: isBuiltIn, name }) =>
      isBuiltIn === true
        ? `${String(name)} is a built-in role, which cannot be changed or deleted. Use the data ` +
          'source `novacron_role` to read it.'
        : undefined,
  },
  reservation: {
    neverChanges: true,
    description:
      'Capacity for one VM that is reserved on a node until a deadline. An expired or used ' +
      'reservation is gone: the next plan creates another one.',
    dataSource: 'A reservation of capacity for a VM.',
    id: ReservationId,
    nameField: 'name',
    toValues: toReservationValues,
    toLookup: toReservationValues,
    explainGone: ({ deadline }, nowMs) =>
      Date.parse(String(deadline)) <= nowMs
        ? `It expired at ${String(deadline)}. An apply reserves the capacity again; remove the ` +
          'block, or raise `ttl_seconds`, if that is not intended.'
        : 'A VM has used it, or it was deleted outside of Terraform. An apply reserves capacity ' +
          'again; remove the block if it is not needed any more.',
  },
  policy_waiver: {
    neverChanges: true,
    description:
      'A temporary exception from a policy for one resource. An expired waiver is gone: set a ' +
      'later `expires_at` to create another one, or remove the block.',
    dataSource: 'A waiver of a policy, by its id.',
    id: PolicyWaiverId,
    endOf: ({ state, expires_at: end }) =>
      state === 'expired'
        ? `It expired at ${String(end)} and has no effect any more. Set a later \`expires_at\` ` +
          'to create another one, or remove the block.'
        : undefined,
  },
  policy_data: {
    description:
      'A data document of the tenant: a JSON value that its policies read below `data`. Another ' +
      'value is a new version, which decides from the next request on. Terraform cannot delete ' +
      'a document while a policy reads it.',
    noun: 'data document',
    dataSource: 'A data document that policies read, by its path or its id.',
    id: PolicyDataId,
    nameField: 'path',
    lists: 'summaries',
    inUseHint:
      'Where Terraform manages these policies, too, name this resource in their `depends_on`, so ' +
      'that they are deleted first.',
    warnEffect: async (context, { label, values: { path, document } }) => {
      if (typeof path !== 'string' || typeof document !== 'string') return;
      if (context.diagnostics.hasErrors) return;
      await warnDocumentEffect(context, { label, path, document });
    },
  },
  price_list: {
    description:
      'A price list: what VMs, volumes, snapshots and images cost per hour. New VMs and VMs ' +
      'whose configuration changes get the prices of the list in force; other VMs keep theirs. ' +
      'Only a key of the first tenant may manage price lists.',
    dataSource: 'A price list, by its name or its id.',
    id: PriceListId,
    nameField: 'name',
  },
  budget: {
    description:
      'A budget: what the resources of a tenant may cost per hour and per month. With the ' +
      'enforcement `refuse`, plans and writes that exceed it are refused; recoveries, restarts, ' +
      'migrations, deletions and shrinking never are. Only a key of the first tenant may manage ' +
      'budgets.',
    dataSource: 'A budget and what is used of it, by its name or its id.',
    id: BudgetId,
    nameField: 'name',
  },
  gitops_application: {
    description:
      'A GitOps application: a directory of a Git repository that decides what runs. Syncs are ' +
      'executions of a workflow that NovaCron composes; Terraform starts none. Deleting it keeps ' +
      'what its syncs created, and its Terraform state. Syncs of an application that no ' +
      'administrator has written wait for an administrator who authorizes its key.',
    noun: 'GitOps application',
    dataSource: 'A GitOps application and how far its syncs are, by its name or its id.',
    id: GitopsApplicationId,
    nameField: 'name',
  },
  workflow: {
    description:
      'A workflow or a runbook: a text with steps, which the server checks at the plan and runs ' +
      'when it is asked to, by its schedules and by its triggers. Terraform starts no run. A ' +
      'workflow that runs cannot be deleted.',
    dataSource: 'A workflow or a runbook with its text, by its name or its id.',
    id: WorkflowId,
    nameField: 'name',
    lists: 'summaries',
    nameIn: ({ text }) => definitionIn(text)?.name,
    effects: { text: effectOfText },
    warnEffect: async (context, { label, values: { text } }) => {
      const read = context.moment === 'plan' && typeof text === 'string' && readDefinition(text);
      if (read === false || !read.ok) return;
      for (const { line, message, path } of read.value.warnings) {
        context.diagnostics.warning({
          summary: `Line ${line} of the text of ${label}`,
          detail: `${path.join('.')} ${message}`,
          path: ['text'],
        });
      }
    },
  },
};

function definitionIn(text: unknown) {
  const read = typeof text === 'string' ? readDefinition(text) : undefined;
  return read?.ok === true ? read.value.definition : undefined;
}

/** The server changes neither name nor kind of a workflow. */
function effectOfText(before: unknown, after: unknown): ReturnType<EffectOf> {
  const [was, is] = [definitionIn(before), definitionIn(after)];
  if (was === undefined || is === undefined) return 'live';
  return was.name === is.name && was.kind === is.kind ? 'live' : 'replace';
}

/** A type of administrative objects. */
export interface AdministrativeType extends AdministrativeRow {
  readonly kind: AdministrativeKind;
  readonly type: string;
  /** Noun for users: `policy waiver`. */
  readonly noun: string;
  /** The fields of Terraform's state. */
  readonly table: FieldTable;
}

/** Data shared by the handlers of one type. */
export interface AdministrativeTarget {
  readonly info: AdministrativeType;
  readonly schema: Schema;
  /** Returns the label for users: `novacron_role "deployer"`. */
  readonly labelOf: (values: Values) => string;
}

/** Every type by its Terraform name. */
export const ADMINISTRATIVE_TYPES: Readonly<Record<string, AdministrativeType>> =
  Object.fromEntries(
    ADMINISTRATIVE_KINDS.map((kind): [string, AdministrativeType] => {
      const type = terraformTypeOf(kind);
      const row = ROWS[kind];
      const noun = row.noun ?? wordsOf(kind);
      return [type, { ...row, kind, type, noun, table: fieldsOf(kind, row) }];
    }),
  );

/**
 * Returns the fields of a kind without those that change independently of the object: in a state
 * they would be outdated at once.
 */
function fieldsOf(kind: AdministrativeKind, { effects = {} }: AdministrativeRow): FieldTable {
  return Object.fromEntries(
    Object.entries(ADMINISTRATIVE_FIELDS[kind])
      .filter(([, { volatility }]) => volatility === 'steady')
      .map(([name, row]) => {
        const effectOf = effects[name];
        return [name, effectOf === undefined ? row : { ...row, effectOf }];
      }),
  );
}

/**
 * The quotas and features that a configuration could have set: a server answers with the features
 * in effect, of which those with their defaults count as not set.
 */
function toTenantValues(answer: ResourceAnswer): Values {
  const flags = Object.entries(partsOf(answer.features)).filter(([name, isOn]) =>
    featureNames().some((each) => each === name && isOn !== (FEATURES[each].default === 'on')),
  );
  return {
    ...answer,
    quotas: orNull(Object.entries(partsOf(answer.quotas)).filter(([, limit]) => limit !== null)),
    features: orNull(flags),
  };
}

function partsOf(value: unknown): Values {
  return isRecord(value) ? value : {};
}

/** A map without entries is null: most configurations have neither quotas nor features. */
function orNull(entries: readonly (readonly [string, unknown])[]): Values | null {
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

const MS_PER_S = 1_000;

/** The duration is known only by both ends: the server sets the deadline. */
function toReservationValues(answer: ResourceAnswer): Values {
  const { deadline, created_at: created } = answer;
  const durationMs = Date.parse(String(deadline)) - Date.parse(String(created));
  return { ...answer, ttl_seconds: Math.round(durationMs / MS_PER_S) };
}

/**
 * Returns the state of an object. What the server leaves out of its answers stays as it was.
 * @param own - Terraform's values; of equivalent values their spelling is preserved
 */
export function toState(
  { table, toValues }: AdministrativeType,
  answer: ResourceAnswer,
  own: Values,
) {
  const values = toValues?.(answer) ?? answer;
  const missing = Object.keys(table).filter((name) => !(name in values) && name in own);
  const kept = Object.fromEntries(missing.map((name) => [name, own[name]]));
  return stateOf(table, { ...kept, ...values, id: answer.id }, own);
}

/**
 * Returns the input of an update: of an object with parts, such as quotas, those that change.
 * Parts that are not sent stay as they are.
 */
export function toUpdateInput({
  input,
  prior,
}: {
  readonly input: Values;
  readonly prior: Values;
}): Values {
  const entries = Object.entries(input).map(([name, after]) => {
    if (!PARTED.includes(name)) return [name, after];
    const [was, is] = [partsOf(prior[name]), partsOf(after)];
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    const changed = names.filter((part) => (was[part] ?? null) !== (is[part] ?? null));
    return [name, Object.fromEntries(changed.map((part) => [part, is[part] ?? null]))];
  });
  return Object.fromEntries(entries);
}

/** Adds to `in-use` what to do in the configuration. */
export function withHint(found: Problem, hint: string | undefined): Problem {
  if (found.code !== 'in-use' || hint === undefined) return found;
  return { ...found, remedy: `${endSentence(found.remedy)} ${hint}` };
}

/** Fields whose parts are sent on their own. */
const PARTED: readonly string[] = ['quotas', 'features'];

/** Returns the input of a create, without the parts that are null. */
export function toCreateInput(input: Values): Values {
  const entries = Object.entries(input).map(([name, value]) => {
    if (!PARTED.includes(name)) return [name, value];
    return [
      name,
      Object.fromEntries(Object.entries(partsOf(value)).filter(([, part]) => part !== null)),
    ];
  });
  return Object.fromEntries(entries);
}
