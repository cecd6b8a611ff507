/**
 * Remembers what plans of updates have shown as costs. Prices may change between a plan and its
 * apply, by the same plan as well; Terraform then asks again, and accepts only what it was shown.
 * The bill has the prices of the apply, which the next plan shows.
 */
import { hash } from 'node:crypto';
import type { AdmissionCost } from '@novacron/contract/admission/admission';
import { canonicalJson } from '@novacron/contract/json';
import { setWithLimit } from '../../rows/set-with-limit.ts';
import type { PlacementDeps } from '../deps.ts';
import type { PricedWrite } from '../prices/price-writes.ts';

/** Writes of which a server remembers what was shown. */
const SHOWN_MAX = 20_000;

/** Returns the cost to show: at apply that of the plan, where this server has shown it. */
export function shownCost(
  { placementMemory: { shownCosts } }: Pick<PlacementDeps, 'placementMemory'>,
  write: PricedWrite & { readonly moment: 'plan' | 'apply' | undefined },
  cost: AdmissionCost,
): AdmissionCost {
  const { kind, id, isNew, tenantId, wanted, moment } = write;
  const { per_hour_after: after } = cost;
  if (isNew || wanted === null || after === null || moment === undefined) return cost;
  const asked = canonicalJson([tenantId, kind, id, wanted]);
  const key = hash('sha256', asked, 'base64url');
  if (moment === 'apply') return { ...cost, per_hour_after: shownCosts.get(key) ?? after };
  setWithLimit(shownCosts, [key, after], SHOWN_MAX);
  return cost;
}
