/** States of Terraform that the server keeps, for its backend `http`. */
import { z } from 'zod';
import { TerraformStateId } from '../ids.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';

/** The path of a state, below the server's own: the `address` of the backend. */
export const TERRAFORM_STATE_PATH = '/terraform-states/:name';

/** Largest state. Unit: bytes. */
export const TERRAFORM_STATE_BYTES_MAX = 67_108_864;

/** Versions that are kept of a state; older ones are deleted. */
export const TERRAFORM_STATE_VERSIONS_MAX = 100;

/** Who has locked a state, as Terraform says it. */
export const TerraformStateLock = z.looseObject({
  id: z.string().describe('Id of the lock'),
  operation: z.string().nullable().describe('What Terraform does, such as OperationTypeApply'),
  who: z.string().nullable().describe('User and host that Terraform reports'),
  locked_by: PrincipalName,
  locked_at: Timestamp,
});
export type TerraformStateLock = z.infer<typeof TerraformStateLock>;

/** A state. */
export const TerraformState = z.looseObject({
  id: TerraformStateId,
  name: ResourceName,
  version: z.int().describe('Number of the current version; 0: it was locked, but never written'),
  serial: z.int().nullable().describe('Serial of Terraform, which rises with each change'),
  lineage: z.string().nullable().describe('Id that Terraform gave the state'),
  lock: TerraformStateLock.nullable(),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type TerraformState = z.infer<typeof TerraformState>;

/** A version of a state. */
export const TerraformStateVersion = z.looseObject({
  version: z.int(),
  serial: z.int(),
  lineage: z.string(),
  terraform_version: z.string().nullable().describe('Terraform that wrote it'),
  resources: z.int().describe('Number of resources and data sources'),
  bytes: z.int().describe('Size. Unit: bytes.'),
  restored_from: z.int().nullable().describe('Version that it restored'),
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type TerraformStateVersion = z.infer<typeof TerraformStateVersion>;

/** A resource instance that differs between two versions. */
export const TerraformStateChange = z.looseObject({
  address: z.string().describe('Address in Terraform, such as module.web.novacron_vm.api[0]'),
  change: z.enum(['added', 'changed', 'removed']),
  attributes: z
    .array(z.string())
    .describe('Names of the attributes that differ; values may be secret and are not shown'),
});
export type TerraformStateChange = z.infer<typeof TerraformStateChange>;
