/** Images that were uploaded, for templates and volumes, by name: `UPLOADED_FILE`. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/** One part of an upload. */
export interface ImagePart {
  readonly file: string;
  /** Whose upload it is: those of different tenants do not disturb each other. */
  readonly tenantId: string;
  /** Where the part begins in the file. Unit: bytes. */
  readonly offset: number;
  /** Size of the whole file; the first part decides it. Unit: bytes. */
  readonly total: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** How far an upload is. */
export interface ImageProgress {
  /** What is here, from the beginning of the file. Unit: bytes. */
  readonly received: number;
  readonly state: 'partial' | 'complete';
}

/** The beginning of an image, which says what is in it. */
export interface ImageHead {
  /** `HEADER_BYTES`, or all of a smaller image. */
  readonly head: Uint8Array;
  /** Size of the whole file. Unit: bytes. */
  readonly bytes: number;
}

/** What a file is whose content was read: what its name says, something else, or not there. */
export type VerifiedFile = 'intact' | 'damaged' | 'absent';

/** A complete image that a tenant has uploaded. */
export interface UploadedImageFile {
  readonly file: string;
  /** When a tenant last uploaded it, asked for its upload, or named it in a template. */
  readonly usedAtMs: number;
}

/** Stores them. */
export interface ImageStore {
  /**
   * How far the upload of a tenant is; nothing of it is 0 bytes. An image that only other tenants
   * have uploaded is not here: who knows its checksum alone learns nothing, and proves by its
   * content that it may have it. A complete image is read and verified first: a damaged one is
   * removed, so that the upload that follows replaces it.
   */
  readonly progressOf: (file: string, tenantId: string) => Promise<ImageProgress>;
  /**
   * Appends a part. The last one makes the image complete, if its content has the checksum that
   * its name says. Problems: `conflict` (another offset, or another request appends), with
   * `data.received`; `payload-too-large`; `storage-full`, also before the disk is full;
   * `validation-failed` for a wrong checksum, another total than that of the first part, and a
   * header that nodes refuse.
   */
  readonly append: (part: ImagePart) => Promise<Result<ImageProgress, Problem>>;
  /**
   * The file of a complete image; undefined without one, and for one that has another size than
   * when it was complete.
   */
  readonly pathOf: (file: string) => string | undefined;
  /**
   * Reads an image and compares it with the checksum in its name; a damaged one is removed, so that
   * it can be uploaded again.
   */
  readonly verify: (file: string) => Promise<VerifiedFile>;
  /** The beginning of a complete image; undefined where `pathOf` has none. */
  readonly readHead: (file: string) => Promise<ImageHead | undefined>;
  /**
   * Adds an image that is complete elsewhere on the same file system, without a second copy of it.
   * @param image - `path`: where it is; `bytes`: its size
   */
  readonly adopt: (image: {
    readonly file: string;
    readonly path: string;
    readonly tenantId: string;
    readonly bytes: number;
  }) => void;
  /** Notes that something is about to need an image, so that it is not removed as unused. */
  readonly use: (file: string) => void;
  /**
   * What counts for a tenant of an image: the size of the whole, also while a part of it is here;
   * 0 without any. Unit: bytes.
   */
  readonly heldBy: (file: string, tenantId: string) => number;
  /** What counts for each tenant of all its images, by its id. Unit: bytes. */
  readonly usage: () => ReadonlyMap<string, number>;
  /** Complete images, without those that an operator has put there. */
  readonly list: () => readonly UploadedImageFile[];
  /** Removes an image unless it was used since a time. @returns whether it was removed */
  readonly removeUnused: (file: string, sinceMs: number) => boolean;
  /** Removes uploads that have had no progress since a time. @returns how many */
  readonly removeUnfinished: (sinceMs: number) => number;
}
