/** Reads what a tenant inherits: the checks of nodes and servers that another tenant operates. */
import type { CheckTally } from '@novacron/engine/compliance/model/report';
import {
  NO_RESULTS,
  planInheritedTallies,
  type Tallies,
} from '@novacron/engine/compliance/plan-compliance-report';
import { z } from 'zod';
import type { Store } from '../../../ports/store.ts';
import type { ComplianceScanRow } from '../../../ports/tables/policy/compliance-rows.ts';

const Tally = z.looseObject({
  passed: z.number(),
  failed: z.number(),
  waived: z.number(),
  unknown: z.number(),
  notApplicable: z.number(),
  passedWeight: z.number(),
  waivedWeight: z.number(),
  weight: z.number(),
});

const StoredTallies = z.array(z.tuple([z.string(), Tally]));

/** Asks that the audit log of each tenant is verified. */
const LOG_CHECK = 'NC-LOG-007';

/** Reads the tallies of inherited checks; none for the tenant that operates NovaCron. */
export async function readInherited(store: Store, tenantId: string): Promise<Tallies> {
  const [platform] = await store.read({ from: 'tenants', where: { is_platform: 1 } });
  if (platform === undefined || platform.id === tenantId) return new Map();
  const { scans, logs } = await store.snapshot({
    scans: { from: 'compliance_scans', where: { id: platform.id } },
    logs: { from: 'audit_verifications', where: { id: tenantId } },
  });
  const [scan] = scans;
  if (scan === undefined) return new Map();
  const inherited = planInheritedTallies(readTallies(scan));
  if (logs.some((row) => row.verified_at_ms !== null) || !inherited.has(LOG_CHECK)) {
    return inherited;
  }
  // The log of a new tenant waits for its first verification.
  return new Map([...inherited, [LOG_CHECK, { ...NO_RESULTS, weight: 1, unknown: 1 }]]);
}

/** The tallies of a scan. */
export function readTallies({ tallies_json: json }: ComplianceScanRow): Tallies {
  return new Map<string, CheckTally>(StoredTallies.parse(JSON.parse(json)));
}
