/** Metadata of the operations table, in the shapes that the generator writes. */

/** A field of an input. */
export interface FieldMeta {
  readonly name: string;
  readonly type: string;
  /** The values of a choice. */
  readonly options?: readonly (string | number)[];
  readonly required?: boolean;
  readonly description?: string;
  readonly default?: unknown;
  readonly unit?: string;
  /** `sensitive`: answers have it, plans and logs do not. `write-only`: no answer has it. */
  readonly secret?: 'sensitive' | 'write-only';
  /** The field whose change sends a write-only value again. */
  readonly versionedBy?: string;
  /** The noun whose id it holds. */
  readonly references?: string;
  /** Referenced resource may not exist yet: any name can be typed. */
  readonly mayBeNew?: boolean;
  /** The field that names what an absent value is taken from: the template of a VM. */
  readonly inherits?: string;
  /** Required where the template sets none. */
  readonly neededOfTemplate?: boolean;
  /** A value in JSON, of a field that is written so. */
  readonly example?: string;
  readonly min?: number;
  readonly max?: number;
}

/** Filters and sort fields of a list. */
export interface ListMeta {
  readonly filters: readonly FieldMeta[];
  readonly sort: readonly string[];
  readonly search?: boolean;
  readonly time?: string;
  readonly labels?: boolean;
  /** All items are in one answer. */
  readonly whole?: boolean;
}

/** Names of a noun. */
export interface NounMeta {
  /** In sentences: `security group`. */
  readonly words: string;
  /** On the command line: `security-group`. */
  readonly group: string;
  /** Short description of the resources. */
  readonly description?: string;
  /** Terraform's resource type, where it has one. */
  readonly terraform?: string;
}
