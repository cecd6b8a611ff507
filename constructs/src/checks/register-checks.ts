import { type TerraformResource, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Placement } from '../props/placement.ts';
import { checkFields } from './check-fields.ts';
import { findConflictingRules, type Placed } from './find-conflicting-rules.ts';
import { findCycles } from './find-cycles.ts';
import { findIncompatibleTemplates } from './find-incompatible-templates.ts';
import { findMissingSizes } from './find-missing-sizes.ts';
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

/** State shared by the checks of one stack. */
interface StackChecks {
  /** Its constructs with placement rules. */
  readonly placed: Placed[];
  /** Attributes that the stack's check has read, for the later checks of its constructs. */
  readonly attributes: Map<TerraformResource, Attributes>;
}

/**
 * The checks that were registered, by stack. CDKTF passes nothing from one construct of a stack to
 * the next, so that the stack itself is the key.
 */
const STACK_CHECKS = new WeakMap<TerraformStack, StackChecks>();

/** Registers the checks of a construct, and once those of its stack, to run at synth. */
export function registerChecks(
  construct: Construct,
  resource: TerraformResource,
  { check, placement }: CheckOptions = {},
): void {
  const checks = guardStack(TerraformStack.of(construct));
  construct.node.addValidation({
    validate: () => {
      const own = check?.();
      const attributes = checks.attributes.get(resource) ?? readAttributes(resource);
      checks.attributes.delete(resource);
      const found = checkFields(resource.terraformResourceType, attributes);
      return own === undefined ? found : [own, ...found];
    },
  });
  if (placement !== undefined) checks.placed.push({ construct, placement });
}

function guardStack(stack: TerraformStack): StackChecks {
  const known = STACK_CHECKS.get(stack);
  if (known !== undefined) return known;
  const checks: StackChecks = { placed: [], attributes: new Map() };
  STACK_CHECKS.set(stack, checks);
  stack.node.addValidation({
    validate: () => {
      const resources = listResources(stack);
      for (const { resource, attributes } of resources) checks.attributes.set(resource, attributes);
      return [
        ...findNameConflicts(resources),
        ...findOverlaps(resources),
        ...findCycles(resources),
        ...findConflictingRules(checks.placed),
        ...findIncompatibleTemplates(resources),
        ...findMissingSizes(resources),
      ];
    },
  });
  return checks;
}
