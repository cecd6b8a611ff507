/** Images that were uploaded, for templates and volumes, by name: `UPLOADED_FILE`. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/** One part of an upload. */
export interface ImagePart {
  readonly file: string;
  /** Tenant that uploads: uploads of different tenants are independent. */
  readonly tenantId: string;
  /** Offset of the part in the file. Unit: bytes. */
  readonly offset: number;
  /** Size of the whole file; the first part decides it. Unit: bytes. */
  readonly total: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Progress of an upload. */
export interface ImageProgress {
  /** Bytes received from the beginning of the file. Unit: bytes. */
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

/** Result of verifying a file's content: matches the name, does not match, or no file. */
export type VerifiedFile = 'intact' | 'damaged' | 'absent';

/** A complete image that a tenant has uploaded. */
export interface UploadedImageFile {
  readonly file: string;
  /**
   * Time when a tenant last uploaded the image, requested its upload, or named it in a template.
   */
  readonly usedAtMs: number;
}

/** The disk with the images. */
export interface ImageDisk {
  /** Space that the server's user can still write. Unit: bytes. */
  readonly free: number;
  /** Unit: bytes. */
  readonly size: number;
}

/** Stores them. */
export interface ImageStore {
  /** Measures the disk; undefined before the first upload, which makes the directory. */
  readonly measure: () => ImageDisk | undefined;
  /**
   * Returns the progress of a tenant's upload; 0 bytes if there is none. An image that only other
   * tenants have uploaded counts as absent: a tenant that knows only the checksum learns nothing,
   * and must prove by content that it may have the image. A complete image is read and verified
   * first; a damaged one is removed, so that the next upload replaces it.
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
   * Returns the size of an image charged to a tenant: the whole size, even while only a part has
   * arrived; 0 without an upload. Unit: bytes.
   */
  readonly heldBy: (file: string, tenantId: string) => number;
  /** Returns the total image size charged to each tenant, by tenant id. Unit: bytes. */
  readonly usage: () => ReadonlyMap<string, number>;
  /** Complete images, without those that an operator has put there. */
  readonly list: () => readonly UploadedImageFile[];
  /** Removes an image unless it was used since a time. @returns whether it was removed */
  readonly removeUnused: (file: string, sinceMs: number) => boolean;
  /** Removes uploads that have had no progress since a time. @returns how many */
  readonly removeUnfinished: (sinceMs: number) => number;
}
