import { type TerraformResource, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Placement } from '../props/placement.ts';
import { checkFields } from './check-fields.ts';
import { findConflictingRules, type Placed } from './find-conflicting-rules.ts';
import { findCycles } from './find-cycles.ts';
import { findIncompatibleTemplates } from './find-incompatible-templates.ts';
import { findNameConflicts } from './find-name-conflicts.ts';
import { findOverlaps } from './find-overlaps.ts';
import { listResources } from './list-resources.ts';
import { type Attributes, readAttributes } from './read-attributes.ts';

/** Checks of a construct besides the common ones. */
export interface CheckOptions {
  /** Returns an error of the construct; undefined if it is valid. */
  readonly check?: () => string | undefined;
  /** Its placement rules. */
  readonly placement?: Placement;
}

/** Constructs with placement rules, by stack. */
const PLACED = new WeakMap<TerraformStack, Placed[]>();

/**
 * Caches the attributes that the check of a stack has read, for the later checks of its constructs.
 */
const READ = new WeakMap<TerraformResource, Attributes>();

/** Registers the checks of a construct, and once those of its stack, to run at synth. */
export function registerChecks(
  construct: Construct,
  resource: TerraformResource,
  { check, placement }: CheckOptions = {},
): void {
  construct.node.addValidation({
    validate: () => {
      const own = check?.();
      const attributes = READ.get(resource) ?? readAttributes(resource);
      READ.delete(resource);
      const found = checkFields(resource.terraformResourceType, attributes);
      return own === undefined ? found : [own, ...found];
    },
  });
  const placed = guardStack(TerraformStack.of(construct));
  if (placement !== undefined) placed.push({ construct, placement });
}

function guardStack(stack: TerraformStack): Placed[] {
  const known = PLACED.get(stack);
  if (known !== undefined) return known;
  const placed: Placed[] = [];
  PLACED.set(stack, placed);
  stack.node.addValidation({
    validate: () => {
      const resources = listResources(stack);
      for (const { resource, attributes } of resources) READ.set(resource, attributes);
      return [
        ...findNameConflicts(resources),
        ...findOverlaps(resources),
        ...findCycles(resources),
        ...findConflictingRules(placed),
        ...findIncompatibleTemplates(resources),
      ];
    },
  });
  return placed;
}
