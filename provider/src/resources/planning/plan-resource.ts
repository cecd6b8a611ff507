/** Plans a resource: the server's validation and policies, the placement, restarts and warnings. */
import type { AdmissionPreview } from '@novacron/contract/admission/admission';
import type { FieldTable } from '@novacron/contract/schema/field';
import { UNKNOWN } from '../../cty/unknown.ts';
import {
  hasSameLabels,
  type Labels,
  labelsAsStored,
  planLabels,
} from '../../fields/default-labels.ts';
import {
  assignedFields,
  foreseenValues,
  preserveOrder,
  preserveSpelling,
  unchangedValues,
  type Values,
  valuesOf,
} from '../../fields/field-values.ts';
import { withoutMissing } from '../../fields/missing-parts.ts';
import type { ResourceKindInfo } from '../../fields/resource-kinds.ts';
import type { PlanContext } from '../../framework/context.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { PlanChange, PlanPatch, Resource } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import { createIdempotencyKey } from '../../rpc/create-idempotency-key.ts';
import type { Session } from '../../rpc/session.ts';
import { keptGrowth, warnKeptGrowth } from '../drift/kept-growth.ts';
import { planDrift } from '../drift/plan-drift.ts';
import { rejectUnseen } from '../problems/reject-other-tenant.ts';
import {
  findPossibleReplacements,
  findReimages,
  findReplacements,
  type Replacement,
} from './find-replacements.ts';
import type { Inheritance } from './inherit-values.ts';
import { limitDiagnostics } from './limit-diagnostics.ts';
import { membersToPlan, previewToPlan } from './placement-preview.ts';
import { planDeleteRevision, planWrite, type Write } from './plan-write.ts';
import { recordPlannedPeer } from './planned-peers.ts';
import { previewPlan } from './preview-plan.ts';
import { rejectAddressConflicts } from './reject-address-conflicts.ts';
import { recordKeptName, rejectDuplicateCreate } from './reject-duplicates.ts';
import { recordEnd, recordKeptReferences, recordReleases } from './reject-kept-references.ts';
import { warnConnectedVms } from './warn-connected-vms.ts';
import { warnDeletion } from './warn-deletion.ts';
import {
  type FieldEffect,
  rejectLateReplacement,
  warnDisruption,
  warnPossibleReplacements,
} from './warn-disruption.ts';
import { findKept, warnKeptName } from './warn-kept-name.ts';
import { warnPolicyEffect } from './warn-policy-effect.ts';
import { warnTakenRange } from './warn-taken-range.ts';

/** A resource type and what its handlers share. */
export interface Target {
  readonly type: string;
  readonly info: ResourceKindInfo;
  readonly schema: Schema;
  readonly inheritance: Inheritance;
  /** Label shown to the user: `novacron_vm "web-01"`. */
  readonly labelOf: (values: Values) => string;
}

type Planner = NonNullable<Resource<Schema, Session>['modifyPlan']>;

/** Creates the plan handler of a resource type. */
export function planning(target: Target): Planner {
  const plan = planningOne(target);
  return async (found, context) => {
    const patch = await plan(found, context);
    limitDiagnostics(context.client, context.diagnostics);
    return patch;
  };
}

function planningOne(target: Target): Planner {
  const { type, info, schema, labelOf, inheritance } = target;
  return async (found, context) => {
    const { replacing, changing, defaultLabels, isDestroyRun } = context.client;
    // Terraform plans the configuration only to refresh the state before it destroys everything.
    if (isDestroyRun && found.kind !== 'delete') return undefined;
    const { change, own } = settleOwn(info.table, found, defaultLabels);
    if (change.kind !== 'create' && !(await recordPrior(context, target, change))) return undefined;
    await planChangesOutside(target, change, context);
    const replacements =
      change.kind === 'update'
        ? findReplacements(info.table, { prior: change.prior, plan: change.plan, replacing })
        : [];
    const label = labelOf(change.kind === 'delete' ? change.prior : change.plan);
    if (change.kind === 'update' && context.moment === 'apply' && replacements.length > 0) {
      // What is planned as a replacement has no prior object during the apply.
      rejectLateReplacement(context.diagnostics, { label, replacements });
      return undefined;
    }
    if (replacements.length === 0) recordKept(target, { change, label }, context);
    const { deployment } = context.client;
    const asked =
      change.kind === 'create' ? { config: change.config, values: change.plan } : undefined;
    const said = asked === undefined ? {} : inheritance.said(asked, changing);
    const planned = planWrite(change, info, {
      replacements,
      keyOf: (input) => createIdempotencyKey({ deployment, type, input }),
      said,
    });
    if (planned === undefined)
      return change.kind === 'update' ? nothingNew(info, change, own) : undefined;
    const { operation } = planned;
    recordChange({ write: planned, replacements, label }, context);
    const isPossible =
      rejectDuplicateCreate(context, { type, label, change, operation }) &&
      rejectAddressConflicts(context, { kind: info.kind, label, change });
    if (!isPossible) return { plan: own };
    const previewed = await previewPlan(
      context.client,
      { ...planned, change: change.kind, label, attributes: schema.attributes },
      context,
    );
    const isRefused = previewed === undefined || context.diagnostics.hasErrors;
    if (!isRefused) await warnOfAccepted(info, { change, write: planned, label }, context);
    const isPlaced = (previewed?.placement_preview ?? null) !== null;
    recordPlannedPeer(context.client, info, { change, isPlaced });
    warnDisruption(context.diagnostics, {
      label,
      kind: info.kind,
      effects: [...effectsInPlace(info, change, previewed), ...replacements],
      number: context.client.countDisruption,
      warningsMax: context.client.warningsMax,
    });
    if (change.kind === 'update') {
      await warnOfUpdate(target, { change, replacements, label }, context);
    }
    const shown = change.kind === 'create' ? shownOf(info, previewed) : costOf(info, previewed);
    const inherited =
      asked === undefined ? {} : inheritance.shown(said, asked, previewed?.inherited);
    const respelled = previewed?.respelled ?? [];
    return {
      plan: {
        ...openIn(info, found, change),
        ...shown,
        ...inherited,
        ...settledIn(info, change, respelled),
        ...own,
      },
      replacePaths: replacements.map(({ name }) => [name]),
    };
  };
}

/** Returns the effects of an in-place change on running resources. */
function effectsInPlace(
  { table }: ResourceKindInfo,
  change: Change,
  previewed: AdmissionPreview | undefined,
): readonly FieldEffect[] {
  const restarts = (previewed?.restarts ?? []).map(
    (name): FieldEffect => ({ name, effect: 'restart' }),
  );
  return change.kind === 'update' ? [...restarts, ...findReimages(table, change)] : restarts;
}

/** The placement preview of a create, for kinds that are placed. */
function shownOf({ kind }: ResourceKindInfo, previewed: AdmissionPreview | undefined): Values {
  if (kind === 'vm') return previewToPlan(previewed);
  if (kind !== 'vm_group') return {};
  return membersToPlan(previewed);
}

/** The cost after an update; unknown as long as the server does not know it. */
function costOf({ table }: ResourceKindInfo, previewed: AdmissionPreview | undefined): Values {
  const { per_hour_after: after = null, per_hour_max: most = null } = previewed?.cost ?? {};
  if (!('cost_per_hour' in table) || after === null || most !== null) return {};
  return { cost_per_hour: after };
}

/** Reports what others have changed: drift, and growth that the plan keeps. */
async function planChangesOutside(
  { info: { table }, labelOf }: Target,
  change: Change,
  context: PlanContext<Session>,
): Promise<void> {
  if (change.kind === 'create' || change.kind === 'delete') return;
  const kept = keptGrowth(table, change, context.privateState);
  await planDrift(context, { table, change, labelOf, kept });
  const reported = context.client.differences.get(String(change.prior.id))?.fields ?? [];
  const further = [...kept].filter((path) => !reported.includes(path.split('.')[0] ?? path));
  warnKeptGrowth(context.diagnostics, labelOf(change.prior), further, change);
}

/**
 * Records that an object is in the state, and is planned as such.
 * @returns whether the state is one of this server and tenant
 */
async function recordPrior(
  context: PlanContext<Session>,
  { info: { kind }, labelOf }: Target,
  change: Exclude<Change, { kind: 'create' }>,
): Promise<boolean> {
  const id = String(change.prior.id);
  const doing = `plan ${labelOf(change.prior)}`;
  if (!(await rejectUnseen(context, { kind, id, doing }))) return false;
  const { inState, ending, incomplete } = context.client;
  // Without a refresh nothing was read.
  inState.add(id);
  // A create of the same plan may have taken it for an object that is replaced.
  ending.delete(id);
  // It is not tainted: those are planned as creates.
  incomplete.delete(id);
  if (change.kind === 'delete') await planDeleteRevision(context, kind, id);
  return true;
}

/** Records what a resource that is not deleted keeps: its name and its references. */
function recordKept(
  { info }: Target,
  planned: { readonly change: Change; readonly label: string },
  context: { readonly client: Session; readonly diagnostics: Diagnostics },
): void {
  const { change, label } = planned;
  if (change.kind === 'create' || change.kind === 'delete') return;
  const prior: Values = change.prior;
  const plan: Values = change.plan;
  const isNamesake = info.kind === 'vm' && prior.name === plan.name;
  if (isNamesake) recordKeptName(context, { id: String(prior.id), label });
  recordKeptReferences(context, { table: info.table, plan, label });
  if (change.kind === 'update') recordReleases(context, { table: info.table, prior, plan, label });
}

/** Records what the plan does to a resource, for the plans of others. */
function recordChange(
  planned: {
    readonly write: Write;
    readonly replacements: readonly Replacement[];
    readonly label: string;
  },
  context: { readonly client: Session; readonly diagnostics: Diagnostics },
): void {
  const { write, replacements, label } = planned;
  const id = String(write.id);
  if (replacements.length > 0) context.client.replacing.add(id);
  if (write.operation.endsWith('.delete')) recordEnd(context, { id, label });
  if (write.operation.endsWith('.update')) context.client.changing.add(id);
}

/** Warns of what follows from a change that the server would accept. */
async function warnOfAccepted(
  { kind }: ResourceKindInfo,
  planned: { readonly change: Change; readonly write: Write; readonly label: string },
  context: PlanContext<Session>,
): Promise<void> {
  const { change, write, label } = planned;
  if (change.kind === 'delete') {
    warnDeletion(context, { label, kind, state: change.prior });
  } else if (kind === 'policy') {
    const { enabled }: Values = change.plan;
    await warnPolicyEffect(context, { ...write, enabled, label });
  }
}

/** Warns about replacements: those that keep a name, and those that only the apply will know. */
async function warnOfUpdate(
  { info, schema: { attributes } }: Target,
  planned: {
    readonly change: { readonly prior: Values; readonly plan: Values };
    readonly replacements: readonly Replacement[];
    readonly label: string;
  },
  context: PlanContext<Session>,
): Promise<void> {
  const { change, replacements, label } = planned;
  const { diagnostics } = context;
  if (replacements.length === 0) {
    const names = findPossibleReplacements(info.table, change);
    warnPossibleReplacements(diagnostics, { label, names });
    return;
  }
  // Terraform drops the warnings of the second plan of a replacement, the one of the create.
  const kept = findKept(change.prior, change.plan);
  const holder = String(change.prior.id);
  warnKeptName(diagnostics, { kept, holder, doing: `replace ${label}`, attributes });
  if (info.kind === 'network') {
    await warnConnectedVms(context, { prior: change.prior, label });
    await warnTakenRange(context, { ...change, label });
  }
}

/**
 * The change affects timeouts alone, which only Terraform uses: computed values stay as they are.
 */
function nothingNew(
  { table }: ResourceKindInfo,
  change: { readonly prior: Values; readonly plan: Values; readonly config: Values },
  own: Values,
): PlanPatch<Schema> {
  const names = [...computedNames(table), ...assignedFields(table, change.config)];
  const labels = labelsAsStored(table, change);
  return { plan: { ...valuesOf(names, change.prior), ...own, ...labels } };
}

/** The computed values that the plan knows: those that stay, and those that other values decide. */
function settledIn({ table }: ResourceKindInfo, change: Change, respelled: readonly string[]) {
  if (change.kind === 'delete') return {};
  const foreseen = foreseenValues(table, change);
  if (change.kind === 'create') return foreseen;
  return { ...foreseen, ...unchangedValues(table, { ...change, respelled }) };
}

/** The values that the server may recompute where only the provider block has changed. */
function openIn({ table }: ResourceKindInfo, found: Change, change: Change): Values {
  if (found.kind === change.kind) return {};
  return Object.fromEntries(computedNames(table).map((name) => [name, UNKNOWN]));
}

function computedNames(table: FieldTable): readonly string[] {
  return Object.keys(table).filter((name) => table[name]?.presence === 'computed');
}

type Change = PlanChange<Schema>;

/**
 * Adds what the provider itself contributes to a change: the default labels, which may turn a
 * no-op into an update, as missing parts do, and the prior form of equal values.
 */
function settleOwn(
  table: FieldTable,
  change: Change,
  defaults: Labels,
): { readonly change: Change; readonly own: Values } {
  if (change.kind === 'delete') return { change, own: {} };
  const kept = change.kind === 'update' ? preserveForm(table, change) : {};
  const labels = planLabels(table, change.plan, defaults);
  const complete = change.kind === 'create' ? {} : withoutMissing(table, change.prior);
  const own = { ...kept, ...labels, ...complete };
  const isComplete = Object.keys(complete).length === 0;
  if (change.kind === 'no-op' && isComplete && hasSameLabels(change.prior, labels)) {
    return { change, own };
  }
  // What the server has assigned is not sent back to it.
  const assigned =
    change.kind === 'update' ? valuesOf(assignedFields(table, change.config), change.prior) : {};
  const plan = { ...change.plan, ...own, ...assigned };
  if (change.kind === 'create') return { change: { ...change, plan }, own };
  return { change: { ...change, kind: 'update', plan }, own };
}

/** The prior order of lists that are really sets, and the prior spelling of equal values. */
function preserveForm(
  table: FieldTable,
  { prior, plan }: { readonly prior: Values; readonly plan: Values },
): Values {
  return { ...preserveOrder(table, prior, plan), ...preserveSpelling(table, prior, plan) };
}
