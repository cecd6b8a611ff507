/** Rows about room that is held. */
import type { ReservationRow } from '../../../ports/tables/reservation-row.ts';

/** A reservation on the node of the other rows. */
export const RESERVATION_ROW: ReservationRow = {
  id: 'rsv_a',
  tenant_id: 'tnt_a',
  name: 'room',
  node_id: 'node_a',
  allocation_id: 'alloc_r',
  cpu_cores: 2,
  memory_mib: 4096,
  disk_gb: 20,
  spec_json: '{}',
  decision_json: '{}',
  deadline_ms: 60_000,
  created_at_ms: 1,
  created_by: 'admin',
};
