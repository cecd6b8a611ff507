/** Exported snapshots on the server: at most one of each, since a snapshot does not change. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { ImageProgress, VerifiedFile } from './image-store.ts';

/** A complete export. */
export interface StoredExport {
  readonly snapshotId: string;
  /** Path of the image. */
  readonly path: string;
  /** SHA-256 of the image: hexadecimal digits. */
  readonly sha256: string;
  /** Unit: bytes. */
  readonly bytes: number;
  /** Size of the disk in the image. Unit: bytes. */
  readonly virtualBytes: number;
  readonly exportedAtMs: number;
}

/** A part of an export that arrives. */
export interface ExportPart {
  readonly snapshotId: string;
  /** `EXPORT_FILE`. */
  readonly file: string;
  /**
   * Offset of the part, and the size of the whole; undefined only queries the progress. Unit:
   * bytes.
   */
  readonly range: { readonly offset: number; readonly total: number } | undefined;
  /** The largest export that is taken. Unit: bytes. */
  readonly bytesMax: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Keeps them. */
export interface SnapshotExports {
  /** The complete export of a snapshot. */
  readonly find: (snapshotId: string) => StoredExport | undefined;
  /**
   * Reads the export of a snapshot and compares it with its checksum; a damaged one is removed, so
   * that the snapshot can be exported again.
   */
  readonly verify: (snapshotId: string) => Promise<VerifiedFile>;
  /** Snapshots of which anything is here, and when it last changed. */
  readonly list: () => readonly { readonly snapshotId: string; readonly changedAtMs: number }[];
  /** Appends a part, or says how much is here. Problems: those of `ImageStore.append`. */
  readonly append: (part: ExportPart) => Promise<Result<ImageProgress, Problem>>;
  /** Removes all of a snapshot; nothing where there is none. */
  readonly remove: (snapshotId: string) => void;
}
