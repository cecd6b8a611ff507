/** What a plan of a resource tells: the server's verdict, where it goes, what it restarts. */
import type { PlanPatch, Resource } from '../framework/resource.ts';
import type { Schema } from '../framework/schema.ts';
import { createKey } from '../rpc/create-key.ts';
import type { Session } from '../rpc/session.ts';
import { findReplacements } from './find-replacements.ts';
import type { Inheritance } from './inherit-values.ts';
import { previewToPlan } from './placement-preview.ts';
import { planWrite } from './plan-write.ts';
import { previewPlan } from './preview-plan.ts';
import { type FieldEffect, reportEffects } from './report-effects.ts';
import type { ResourceKindInfo } from './resource-kinds.ts';
import { settledValues, type Values } from './values.ts';

/** A type with what its handlers share. */
export interface Target {
  readonly type: string;
  readonly info: ResourceKindInfo;
  readonly schema: Schema;
  readonly inheritance: Inheritance;
  /** What the user sees: `novacron_vm "web-01"`. */
  readonly labelOf: (values: Values) => string;
}

/** Makes the handler that every plan of the resource asks. */
export function planning(target: Target): NonNullable<Resource<Schema, Session>['modifyPlan']> {
  const { type, info, schema, labelOf, inheritance } = target;
  return async (change, context) => {
    const { leaving, changing, inState } = context.client;
    // Without a refresh nothing was read.
    if (change.kind !== 'create') inState.add(String(change.prior.id));
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
      keyOf: (input) => createKey({ deployment, type, input }),
      said,
    });
    if (planned === undefined)
      return change.kind === 'update' ? nothingNew(info, change.prior) : undefined;
    if (planned.operation.endsWith('.delete')) leaving.add(String(planned.id));
    if (planned.operation.endsWith('.update')) changing.add(String(planned.id));
    const label = labelOf(change.kind === 'delete' ? change.prior : change.plan);
    const { attributes } = schema;
    const previewed = await previewPlan(context.client, { ...planned, label, attributes }, context);
    const restarts = (previewed?.restarts ?? []).map(
      (name): FieldEffect => ({ name, effect: 'restart' }),
    );
    reportEffects(context.diagnostics, {
      label,
      effects: [...restarts, ...replacements],
      number: context.client.nextTrouble,
      toldMax: context.client.warningsMax,
    });
    const shown = change.kind === 'create' && info.kind === 'vm' ? previewToPlan(previewed) : {};
    const inherited =
      asked === undefined ? {} : inheritance.shown(said, asked, previewed?.inherited);
    const respelled = previewed?.respelled ?? [];
    const settled =
      change.kind === 'update' ? settledValues(info.table, { ...change, respelled }) : {};
    return {
      plan: { ...shown, ...inherited, ...settled } as never,
      replacePaths: replacements.map(({ name }) => [name]),
    };
  };
}

/** Only Terraform knows of the change, of timeouts: what is computed stays as it is. */
function nothingNew({ table }: ResourceKindInfo, prior: Values): PlanPatch<Schema> {
  const computed = Object.keys(table).filter((name) => table[name]?.presence === 'computed');
  return { plan: Object.fromEntries(computed.map((name) => [name, prior[name] ?? null])) as never };
}
