/**
 * Warns what create_before_destroy does to a replacement that keeps its name or address range.
 * Terraform does not tell providers whether it is set.
 */
import { overlaps, parseCidr } from '@novacron/contract/formats/cidr';
import type { Values } from '../../fields/field-values.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { Attributes } from '../../framework/schema/attribute.ts';

/** Properties that the new resource takes over. */
export interface Kept {
  readonly name: boolean;
  /** Whether the address blocks overlap. */
  readonly cidr: boolean;
}

/** Compares a resource and its replacement. */
export function findKept(prior: Values, plan: Values): Kept {
  const blocks = [prior.cidr, plan.cidr].map((cidr) =>
    typeof cidr === 'string' ? parseCidr(cidr) : undefined,
  );
  const [before, after] = blocks;
  return {
    name: prior.name === plan.name,
    cidr: before?.ok === true && after?.ok === true && overlaps(before.value, after.value),
  };
}

/**
 * Emits the warning; nothing where nothing is kept. The summary is constant, because Terraform
 * shows warnings with the same summary as one.
 * @param replacement.holder - id of the old resource
 * @param replacement.doing - what is being done: `create novacron_vm web-01`
 */
export function warnKeptName(
  diagnostics: Diagnostics,
  replacement: {
    readonly kept: Kept;
    readonly holder: string;
    readonly doing: string;
    readonly attributes: Attributes;
  },
): void {
  const { kept, holder, doing, attributes } = replacement;
  if (!kept.name && !kept.cidr) return;
  const words = [...(kept.name ? ['name'] : []), ...(kept.cidr ? ['address range'] : [])];
  const path = kept.name ? 'name' : 'cidr';
  diagnostics.warning({
    summary: 'A replacement keeps its name or address range',
    detail:
      `${doing}: the ${words.join(' and ')} of ${holder} can be used again once it is deleted, ` +
      'which Terraform does first. With create_before_destroy (its own, or that of a dependent ' +
      'resource) the apply fails at this resource and keeps the old one: in that case also ' +
      `change the ${words.join(' and ')}, or remove create_before_destroy.`,
    ...(path in attributes ? { path: [path] } : {}),
  });
}
