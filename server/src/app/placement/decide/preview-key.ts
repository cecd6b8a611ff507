/** What a kept preview is found by: the same VM asked for again has the same key. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import type { PlacementAsk } from '@novacron/engine/placement/model';
import type { CallContext } from '../../kernel/context/call-context.ts';

/**
 * The key of a VM's preview.
 * @param ask - all that placement reads of the VM; what else changes leaves the key as it is
 */
export function previewKeyOf(
  { principal, deployment }: Pick<CallContext, 'principal' | 'deployment'>,
  ask: PlacementAsk,
): string {
  const text = canonicalJson({ tenant: principal.tenantId, deployment, type: 'vm', ask });
  return createHash('sha256').update(text).digest('hex');
}
