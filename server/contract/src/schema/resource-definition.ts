/** Definition of a resource kind; each folder of `kinds/` contains one. */

import type { z } from 'zod';
import type { IdPrefix } from '../ids.ts';
import type { FieldTable } from './field.ts';

/** A quota of a tenant: something of which a tenant may have only so much. */
export interface QuotaRow {
  readonly description: string;
  readonly unit?: 'cores' | 'GB';
}

/** Names of a resource kind in clients. */
export interface ResourceNoun {
  /** One resource of the kind: `security group`. */
  readonly words: string;
  /** Description of all its commands on the command line. */
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

/** Descriptions of a resource kind in the Terraform provider. */
export interface TerraformDescription {
  /** Description of the Terraform resource. */
  readonly resource: string;
  /** Description of the data source, which finds a resource by id or name. */
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
  /** Remains of a failed operation and the remedy; by default everything is rolled back. */
  readonly remedyOfFailure?: string;
}

/** The word of the command line for a kind: `security-group`, `storage`. */
export function commandWord(kind: string, { group }: Pick<ResourceNoun, 'group'> = {}): string {
  return group ?? kind.replaceAll('_', '-');
}
