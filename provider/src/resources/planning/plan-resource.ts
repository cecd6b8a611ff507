/** Plans a resource: the server's validation and policies, the placement, restarts and warnings. */
import type { FieldTable } from '@novacron/contract/schema/field';
import { UNKNOWN } from '../../cty/unknown.ts';
import {
  hasSameLabels,
  type Labels,
  labelsAsStored,
  planLabels,
} from '../../fields/default-labels.ts';
import { preserveOrder, unchangedValues, type Values } from '../../fields/field-values.ts';
import type { ResourceKindInfo } from '../../fields/resource-kinds.ts';
import type { PlanChange, PlanPatch, Resource } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import { createIdempotencyKey } from '../../rpc/create-idempotency-key.ts';
import type { Session } from '../../rpc/session.ts';
import { findPossibleReplacements, findReplacements } from './find-replacements.ts';
import type { Inheritance } from './inherit-values.ts';
import { previewToPlan } from './placement-preview.ts';
import { planDrift } from './plan-drift.ts';
import { planWrite } from './plan-write.ts';
import { recordPlannedPeer } from './planned-peers.ts';
import { previewPlan } from './preview-plan.ts';
import { rejectDuplicateCreate } from './reject-duplicates.ts';
import { type FieldEffect, warnDisruption, warnPossibleReplacements } from './warn-disruption.ts';

/** A resource type and what its handlers share. */
export interface Target {
  readonly type: string;
  readonly info: ResourceKindInfo;
  readonly schema: Schema;
  readonly inheritance: Inheritance;
  /** What the user sees: `novacron_vm "web-01"`. */
  readonly labelOf: (values: Values) => string;
}

/** Creates the plan handler of a resource type. */
export function planning(target: Target): NonNullable<Resource<Schema, Session>['modifyPlan']> {
  const { type, info, schema, labelOf, inheritance } = target;
  return async (found, context) => {
    const { leaving, changing, inState, defaultLabels } = context.client;
    const { change, own } = settleOwn(info.table, found, defaultLabels);
    // Without a refresh nothing was read.
    if (change.kind !== 'create') inState.add(String(change.prior.id));
    await planDrift(context, { table: info.table, change, labelOf });
    const replacements =
      change.kind === 'update'
        ? findReplacements(info.table, { prior: change.prior, plan: change.plan, leaving })
        : [];
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
    if (operation.endsWith('.delete')) leaving.add(String(planned.id));
    if (operation.endsWith('.update')) changing.add(String(planned.id));
    const label = labelOf(change.kind === 'delete' ? change.prior : change.plan);
    if (!rejectDuplicateCreate(context, { type, label, change, operation })) return undefined;
    const { attributes } = schema;
    const previewed = await previewPlan(
      context.client,
      { ...planned, change: change.kind, label, attributes },
      context,
    );
    const isPlaced = (previewed?.placement_preview ?? null) !== null;
    recordPlannedPeer(context.client, info, { change, isPlaced });
    const restarts = (previewed?.restarts ?? []).map(
      (name): FieldEffect => ({ name, effect: 'restart' }),
    );
    warnDisruption(context.diagnostics, {
      label,
      effects: [...restarts, ...replacements],
      number: context.client.countDisruption,
      warningsMax: context.client.warningsMax,
    });
    if (change.kind === 'update' && replacements.length === 0) {
      warnPossibleReplacements(context.diagnostics, {
        label,
        names: findPossibleReplacements(info.table, change),
      });
    }
    const shown = change.kind === 'create' && info.kind === 'vm' ? previewToPlan(previewed) : {};
    const inherited =
      asked === undefined ? {} : inheritance.shown(said, asked, previewed?.inherited);
    const respelled = previewed?.respelled ?? [];
    const settled =
      change.kind === 'update' ? unchangedValues(info.table, { ...change, respelled }) : {};
    return {
      plan: {
        ...openIn(info, found, change),
        ...shown,
        ...inherited,
        ...settled,
        ...own,
      },
      replacePaths: replacements.map(({ name }) => [name]),
    };
  };
}

/**
 * The change affects timeouts alone, which only Terraform uses: computed values stay as they are.
 */
function nothingNew(
  { table }: ResourceKindInfo,
  change: { readonly prior: Values; readonly plan: Values },
  own: Values,
): PlanPatch<Schema> {
  const kept = computedNames(table).map((name) => [name, change.prior[name] ?? null]);
  const labels = labelsAsStored(table, change);
  return { plan: { ...Object.fromEntries(kept), ...own, ...labels } };
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
 * no-op into an update, and the prior order of lists that are really sets.
 */
function settleOwn(
  table: FieldTable,
  change: Change,
  defaults: Labels,
): { readonly change: Change; readonly own: Values } {
  if (change.kind === 'delete') return { change, own: {} };
  const ordered = change.kind === 'update' ? preserveOrder(table, change.prior, change.plan) : {};
  const labels = planLabels(table, change.plan, defaults);
  const own = { ...ordered, ...labels };
  if (change.kind === 'no-op' && hasSameLabels(change.prior, labels)) return { change, own };
  const plan = { ...change.plan, ...own };
  if (change.kind === 'create') return { change: { ...change, plan }, own };
  return { change: { ...change, kind: 'update', plan }, own };
}
