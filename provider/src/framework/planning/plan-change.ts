import { equalValues } from '../../cty/equal-values.ts';
import type { Path } from '../../cty/path.ts';
import type { ValueRecord } from '../../cty/value.ts';
import type { Schema } from '../schema/schema.ts';
import {
  type FillRule,
  fillAttributes,
  keepPrior,
  makeUnknown,
  refreshUnstable,
} from './fill-attributes.ts';
import { findReplacePaths } from './find-replace-paths.ts';

/** The inputs of an object's plan. A destroy has no planned values. */
export interface PlanInput {
  readonly schema: Schema;
  /** The object as stored; null when it does not exist yet. */
  readonly prior: ValueRecord | null;
  readonly config: ValueRecord;
  /**
   * Optional computed attributes of an existing object that become null when no longer configured.
   */
  readonly clears?: ReadonlySet<string> | undefined;
  /** Paths in an existing object that keep their stored value, whatever is configured. */
  readonly keeps?: ReadonlySet<string> | undefined;
}

/** The plan of one object. */
export interface ObjectPlan {
  readonly kind: 'create' | 'update' | 'no-op';
  readonly planned: ValueRecord;
  /** The attributes that make an update a replacement. */
  readonly replacePaths: readonly Path[];
}

/**
 * Plans one object from its configuration and stored state. Pure, and stable: planning again over
 * its own result is a no-op.
 *
 * The configuration always wins; what it leaves out gets the default, or stays as it was, or is
 * left unknown for the provider to fill in. Computed values become unknown only if something else
 * changes, so that an unchanged configuration plans nothing. Terraform calls twice for a
 * replacement; the second call has no prior object and is an ordinary create.
 *
 * Source: Terraform's resource instance change lifecycle (docs of the plugin protocol).
 */
export function planChange({ schema, prior, config, clears, keeps }: PlanInput): ObjectPlan {
  const { attributes, type } = schema;
  const fill = (rule: FillRule) =>
    fillAttributes(attributes, { config, prior, rule, clears, keeps });
  if (prior === null) {
    return { kind: 'create', planned: fill(makeUnknown), replacePaths: [] };
  }
  const kept = fill(keepPrior);
  if (equalValues(type, prior, kept)) return { kind: 'no-op', planned: prior, replacePaths: [] };
  const planned = fill(refreshUnstable);
  const replacePaths = findReplacePaths(attributes, { config, prior, planned });
  return { kind: 'update', planned, replacePaths };
}
