import type { VolumeId } from '@novacron/contract/ids';

/** A deleted volume whose content has still to be removed from its storage. */
export interface VolumeRemovalRow {
  readonly id: VolumeId;
  readonly tenant_id: string;
  /** The name that the volume had. */
  readonly name: string;
  /** Storage that has the content. */
  readonly pool_id: string;
  /** That of the volume when it was deleted. */
  readonly generation: number;
  /** Due time of the next attempt, in milliseconds since the epoch. */
  readonly due_ms: number;
}
