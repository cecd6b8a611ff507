/** A file or symbolic link of a commit. */
export interface SourceEntry {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'link';
  /** Content; of a link, what it points to. */
  readonly content: Buffer;
}
