/** The start of a tenant's audit log: after the last entry that retention has deleted. */
import type { Store } from '../../../ports/store.ts';
import { CHAIN_START } from './audit-chain-hash.ts';

/** The last entry that was deleted. */
export interface AuditMark {
  readonly position: number;
  readonly hash: string;
}

const NOTHING_FORGOTTEN: AuditMark = { position: 0, hash: CHAIN_START };

/** Reads where the log of a tenant begins. */
export async function readAuditMark(
  store: Pick<Store, 'read'>,
  tenantId: string,
): Promise<AuditMark> {
  const [row] = await store.read({ from: 'audit_checkpoints', where: { id: tenantId } });
  if (row === undefined) return NOTHING_FORGOTTEN;
  // Only `encodeAuditMark` writes this column, and it is sealed.
  return JSON.parse(row.mark_json);
}

/** The change that stores it. */
export function encodeAuditMark(mark: AuditMark): string {
  return JSON.stringify(mark);
}
