/** Reads the evidence of a tenant in the order of its chain. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '../../../ports/store.ts';
import type { ComplianceEvidenceRow } from '../../../ports/tables/policy/compliance-rows.ts';

const PAGE_SIZE = 1_000;

/** The records behind a position, page by page, so that no reading holds up requests. */
export async function* walkEvidence(
  store: Store,
  tenantId: string,
  after: number,
): AsyncGenerator<ComplianceEvidenceRow> {
  for (let position = after; ; ) {
    const rows = await store.read({
      from: 'compliance_evidence',
      where: { tenant_id: tenantId, position: { above: position } },
      orderBy: { column: 'position', direction: 'asc' },
      limit: PAGE_SIZE,
      damaged: 'blank',
    });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_SIZE) return;
    position = last.position;
    await nextTurn();
  }
}
