/** What a request about costs is about: whose rows, which period, which currency. */
import { readMoment } from '@novacron/contract/formats/read-moment';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { BilledPeriod } from '@novacron/engine/cost/model/bill';
import { planMonth } from '@novacron/engine/cost/plan-bill';
import type { Store } from '../../../ports/store.ts';
import { findOwnTenant, runsPlatform } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { ledgerCurrency } from '../../placement/prices/ledger-currency.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

const HOUR_MS = 3_600_000;

/** Hours are shown to a ten-thousandth. */
const HOUR_DECIMALS = 4;

/** Ports of reports of costs. */
export type CostDeps = Pick<CapabilityDeps, 'store' | 'clock'>;

/** Whose rows are read. Problems: `forbidden`. @returns undefined for all tenants */
export async function scopeOf(
  { store }: Pick<CostDeps, 'store'>,
  tenantId: string | undefined,
  { principal }: Pick<CallContext, 'principal'>,
): Promise<Result<string | undefined, Problem>> {
  const isPlatform = runsPlatform(await findOwnTenant(store, principal), principal);
  if (isPlatform || tenantId === principal.tenantId) return ok(tenantId);
  if (tenantId === undefined) return ok(principal.tenantId);
  return err(
    problem('forbidden', {
      detail: 'You cannot see the costs of other tenants.',
      remedy: 'Leave out tenant_id, or ask an administrator of the platform.',
    }),
  );
}

/** A period as a request names it. */
interface RequestedPeriod {
  readonly month?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Reads a period. Problems: `validation-failed`. @param name - prefix of the fields */
export function periodOf(
  { month, from, to }: RequestedPeriod,
  nowMs: number,
  name: '' | 'before_' = '',
): Result<BilledPeriod, Problem> {
  if (month !== undefined && (from !== undefined || to !== undefined)) {
    return err(invalid(`${name}month`, `cannot be used with ${name}from or ${name}to`));
  }
  if (month !== undefined) return ok(planMonth(Date.parse(`${month}-01T00:00:00Z`)));
  const untilMs = to === undefined ? nowMs : (readMoment(to, nowMs) ?? nowMs);
  const fromMs = from === undefined ? planMonth(untilMs).fromMs : readMoment(from, nowMs);
  if (fromMs !== undefined && fromMs < untilMs) return ok({ fromMs, untilMs });
  return err(invalid(`${name}from`, `must be before ${name}to`));
}

function invalid(field: string, message: string): Problem {
  return problem('validation-failed', {
    detail: 'The period is not valid.',
    remedy: 'Name a month, such as 2026-11, or a start before an end.',
    fields: [{ path: [field], message }],
  });
}

/** The currency of all price lists, or of the ledger; undefined where neither has one. */
export async function currencyOf({ store }: { readonly store: Pick<Store, 'read' | 'snapshot'> }) {
  const [list] = await store.read({ from: 'price_lists', limit: 1 });
  return list?.currency ?? (await ledgerCurrency(store)) ?? undefined;
}

/** A duration as answers carry it. Unit: hours. */
export function toHours(ms: number): number {
  return Number((ms / HOUR_MS).toFixed(HOUR_DECIMALS));
}
