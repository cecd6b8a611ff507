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

/** What a construct adds to the checks that all have. */
export interface CheckOptions {
  /** Says what is wrong with the construct; undefined where all is well. */
  readonly check?: () => string | undefined;
  /** What it asks of its place. */
  readonly placement?: Placement;
}

/** Constructs with wishes for their place, by the stack that they are in. */
const PLACED = new WeakMap<TerraformStack, Placed[]>();

/** What the check of a stack has read already, for those of its constructs, which come after it. */
const READ = new WeakMap<TerraformResource, Attributes>();

/** Has a construct checked when its app is synthesised, and its stack as a whole, once. */
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
