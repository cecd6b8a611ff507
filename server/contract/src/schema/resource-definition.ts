/** What defines a kind of resource; each folder of `kinds/` has one such definition. */

import type { z } from 'zod';
import type { IdPrefix } from '../ids.ts';
import type { FieldTable } from './field.ts';

/** A quota of a tenant: something of which a tenant may have only so much. */
export interface QuotaRow {
  readonly description: string;
  readonly unit?: 'cores' | 'GB';
}

/** What clients call a kind of resource. */
export interface ResourceNoun {
  /** One resource of the kind: `security group`. */
  readonly words: string;
  /** What the command line says about all of its commands. */
  readonly description: string;
  /** Schema of its ids. */
  readonly id: z.ZodType;
  /** Prefix of its ids, before the underscore. */
  readonly prefix: IdPrefix;
  /** The word of the command line, where it is not the kind's name. */
  readonly group?: string;
  /** Further words that the command line accepts. */
  readonly aliases?: readonly string[];
}

/** What the Terraform provider says about a kind of resource. */
export interface TerraformDescription {
  /** Of its resource. */
  readonly resource: string;
  /** Of its data source, which finds a resource by id or name. */
  readonly dataSource: string;
  /** Fields that no attribute can represent, such as objects with arbitrary keys. */
  readonly omits?: readonly string[];
}

/** Everything about a kind of resource that clients and server derive their own tables from. */
export interface ResourceDefinition {
  /** Terraform's resource type: `novacron_vm`. */
  readonly type: string;
  /** Its fields. */
  readonly table: FieldTable;
  /** Schema of a resource of the kind as answers carry it. */
  readonly resource: z.ZodType;
  readonly noun: ResourceNoun;
  readonly terraform: TerraformDescription;
  /** The quotas that resources of the kind count against, by name. */
  readonly quotas: Readonly<Record<string, QuotaRow>>;
  /** What a failed operation leaves behind and what to do; by default everything is undone. */
  readonly remedyOfFailure?: string;
}

/** The word of the command line for a kind: `security-group`, `storage`. */
export function commandWord(kind: string, { group }: Pick<ResourceNoun, 'group'> = {}): string {
  return group ?? kind.replaceAll('_', '-');
}
