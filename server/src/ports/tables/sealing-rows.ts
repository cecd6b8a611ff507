/** Rows about the sealing keys of the store, and the progress of resealing. */

/** The keys that values of this store may be sealed with; the id is the key's. */
export interface SealingKeyRow {
  readonly id: string;
  /** Opens with the key only, and says whether every value of the store is sealed. */
  readonly canary_sealed: string;
  /** The latest one seals. */
  readonly version: number;
  /** Location of the key on the first server that had it, in words. */
  readonly place: string;
  readonly registered_at_ms: number;
}

/** Progress of resealing; the id is the table's name. */
export interface SealingProgressRow {
  readonly id: string;
  /** The key that everything is sealed with in the end. */
  readonly key_id: string;
  /** All rows up to this id have been looked at. */
  readonly after_id: string;
  readonly rows_sealed: number;
  readonly is_done: number;
}
