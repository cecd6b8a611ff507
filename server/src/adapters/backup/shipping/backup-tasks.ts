/** Tasks of the thread that makes backups, and their answers. */
import type { SavedMoment, StoredBackup, Verification } from '../../../ports/backups.ts';
import type { BackupSource } from './save-moment.ts';

/** What to do. */
export type BackupTask = { readonly source: BackupSource } & (
  | { readonly kind: 'save'; readonly extent: 'whole' | 'changes' }
  | { readonly kind: 'list' }
  | { readonly kind: 'verify'; readonly id: string; readonly nowMs: number }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
);

/** What came of it. */
export type BackupAnswer =
  | { readonly kind: 'saved'; readonly moment: SavedMoment }
  | { readonly kind: 'listed'; readonly backups: readonly StoredBackup[] }
  | { readonly kind: 'verified'; readonly verification: Verification }
  | { readonly kind: 'removed' };
