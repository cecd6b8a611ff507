/** The names of the kinds of resources, each of which has its folder in `kinds/`. */
import { z } from 'zod';

/** Kinds of resources that people create. */
export const RESOURCE_KINDS = [
  'vm',
  'vm_group',
  'network',
  'security_group',
  'volume',
  'snapshot',
  'template',
  'ssh_key',
  'policy',
  'orchestration_policy',
] as const;
/** A kind of resource that people create. */
export const ResourceKind = z.enum(RESOURCE_KINDS);
export type ResourceKind = z.infer<typeof ResourceKind>;

/**
 * The kind of resource that an operation is about, by the noun in its name: that of
 * `security_group.update` is `security_group`. Undefined where the noun is not a kind.
 */
export function kindOfOperation(name: `${ResourceKind}.${string}`): ResourceKind;
export function kindOfOperation(name: string): ResourceKind | undefined;
export function kindOfOperation(name: string): ResourceKind | undefined {
  const [noun] = name.split('.');
  return RESOURCE_KINDS.find((kind) => kind === noun);
}
