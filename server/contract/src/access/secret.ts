/**
 * Secrets of a tenant: values that its automation needs and that no answer carries. Each value is a
 * version of its own, which never changes. Sources of the idea: versions of AWS Secrets Manager and
 * of the KV store of Vault.
 */
import { z } from 'zod';
import { SecretId, TenantId } from '../ids.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';
import { Purpose } from './tenant.ts';

/** Versions that a secret has at most: the values of older ones are erased. */
export const SECRET_VERSIONS_MAX = 20;

/** A longer value is a file, not a secret. Unit: characters. */
const VALUE_LENGTH_MAX = 65_536;

/** A longer list cannot be reviewed. */
const ALLOWED_MAX = 50;

const HOST_LENGTH_MAX = 259;

const RUNNER_LABEL_LENGTH_MAX = 257;

/** The value of a secret, which only requests carry. */
export const SecretValue = z
  .string()
  .min(1)
  .max(VALUE_LENGTH_MAX)
  .describe('Value of the secret; no answer, event or record contains it');

/** Longer paths are refused by Vault's own storage. Unit: characters. */
const VAULT_PATH_LENGTH_MAX = 512;
const VAULT_FIELD_LENGTH_MAX = 256;

/** Path of a value in Vault. Source of the terms: the KV secrets engine, version 2. */
const VaultPath = z
  .string()
  .max(VAULT_PATH_LENGTH_MAX, { abort: true })
  .regex(
    /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*$/,
    'must be names of letters, digits, ., _ and -, separated by /, such as shop/database',
  );

const VaultKey = z
  .string()
  .max(VAULT_FIELD_LENGTH_MAX, { abort: true })
  .regex(/^[A-Za-z0-9._-]+$/, 'must be the name of a field, such as password');

/** Names a value in Vault, for a version of a secret. */
export const VaultSource = z.strictObject({
  path: VaultPath.describe("Path of the entry, below the tenant's part of the KV secrets engine"),
  field: VaultKey.describe('Field of the entry that has the value'),
  version: z
    .int()
    .min(1)
    .optional()
    .describe('Version of the entry. Default: the newest one, which is kept from then on'),
});
export type VaultSource = z.infer<typeof VaultSource>;

/** The same in answers: the version is known. */
const StoredVaultSource = z.looseObject({
  path: z.string().describe('Path of the entry in Vault'),
  field: z.string().describe('Field of the entry'),
  version: z.int().describe('Version of the entry'),
});

/** A server that a secret may go to. */
const Host = z
  .string()
  .max(HOST_LENGTH_MAX, { abort: true })
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/,
    'must be HOST or HOST:PORT in small letters, such as hooks.example.com',
  );

/** A label that a step asks for in `run_on`. */
const RunnerLabel = z
  .string()
  .max(RUNNER_LABEL_LENGTH_MAX, { abort: true })
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*(?:=[A-Za-z0-9][A-Za-z0-9._-]*)?$/,
    'must be NAME=VALUE, such as site=berlin, or NAME, which stands for every value',
  );

function allowedNames<Item extends z.ZodType>(item: Item, description: string) {
  return z.array(item).max(ALLOWED_MAX).default([]).describe(`${description}. Default: none`);
}

/** Allowed destinations of a secret; an empty list allows nothing. */
export const SecretScope = z.strictObject({
  workflows: allowedNames(ResourceName, 'Names of workflows and runbooks that may use it'),
  runner_labels: allowedNames(RunnerLabel, 'Labels of runners that it may be given to'),
  hosts: allowedNames(Host, 'Servers that it may be sent to, as HOST or HOST:PORT'),
});
export type SecretScope = z.infer<typeof SecretScope>;

/** Fields of a request to create a secret. */
export const SecretCreate = {
  description: Purpose.optional().describe('Purpose of the secret'),
  value: SecretValue.optional().describe('Value of the secret; no answer contains it'),
  vault: VaultSource.optional().describe('Location of the value in Vault; instead of `value`'),
  allowed: SecretScope.prefault({}).describe('Places the secret may be sent to'),
};

/** Fields of a request to update a secret. */
export const SecretUpdate = {
  description: Purpose.nullish().describe('Purpose of the secret'),
  value: SecretValue.optional().describe('New value of the secret, which is its next version'),
  vault: VaultSource.optional().describe('Location of the new value in Vault; instead of `value`'),
  allowed: SecretScope.optional().describe('Places the secret may be sent to; replaces all lists'),
};

/** A secret as answers carry it: never its value. */
export const Secret = z.looseObject({
  id: SecretId,
  tenant_id: TenantId,
  name: ResourceName.describe('Name of the secret, unique within the tenant'),
  description: z.string().nullable(),
  version: z.int().describe('Version of the current value; increases with each new value'),
  vault: StoredVaultSource.nullish().describe(
    'Location of the value in Vault; null if NovaCron stores it',
  ),
  allowed: z
    .looseObject({
      workflows: z.array(z.string()),
      runner_labels: z.array(z.string()),
      hosts: z.array(z.string()),
    })
    .describe('Places the secret may be sent to'),
  revision: z.int().describe('Increases with each change; the ETag'),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type Secret = z.infer<typeof Secret>;

/** A value that a secret has or had, without the value. */
export const SecretVersion = z.looseObject({
  version: z.int().describe('Version of the secret'),
  state: z
    .enum(['current', 'previous', 'deleted'])
    .describe('`deleted`: its value is erased, and every use of it is refused'),
  vault: StoredVaultSource.nullish().describe(
    'Location of the value in Vault; null if NovaCron stores it',
  ),
  created_at: Timestamp,
  created_by: PrincipalName,
  deleted_at: Timestamp.nullable(),
  deleted_by: PrincipalName.nullable(),
});
export type SecretVersion = z.infer<typeof SecretVersion>;
