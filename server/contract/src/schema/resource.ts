/** Fields of every resource besides those of its own table. */
import { z } from 'zod';
import { TenantId } from '../ids.ts';
import { answerShape, type FieldTable } from './field.ts';

/** A moment on the wire: RFC 3339, UTC, milliseconds. */
export const Timestamp = z.iso.datetime().describe('RFC 3339, UTC');

/** Name of the actor: an API key or a part of NovaCron. */
export const PrincipalName = z.string().describe('Name of the API key, or of a part of NovaCron');

/** A hash of the desired fields of a resource: 16 characters of base64url. */
export const DesiredRevision = z.string().max(64);

const commonShape = {
  tenant_id: TenantId,
  revision: z.int().describe('Increases with each change of the desired state; the ETag'),
  desired_revision: DesiredRevision.describe(
    'Identifies the desired fields: the same for the same ones, whatever the resource has been ' +
      'through',
  ),
  schema_version: z.int().describe('Version of the stored format'),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
};

/** The answer schema of one kind: its id, the common fields and its table's. Tolerant. */
export function resourceSchema<Id extends z.ZodType, T extends FieldTable>(id: Id, table: T) {
  return z.looseObject({ id, ...commonShape, ...answerShape(table) });
}

/** The name of a resource: what it is called within its tenant and kind. */
export const ResourceName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    'must have 1 to 63 letters, digits, dots, dashes or underscores, the ends a letter or digit',
  );

const LABEL_VALUE_LENGTH_MAX = 256;

/** The name of a VM group has at most 59 characters. */
const TEMPORARY_STEM_LENGTH_MAX = 39;
const TEMPORARY_SUFFIX_LENGTH = 10;

/**
 * The name of a resource between two renames of one apply: another resource of that apply has taken
 * its name already, and its own rename or deletion follows.
 */
export function temporaryName(name: string, id: string): string {
  const stem = name.slice(0, TEMPORARY_STEM_LENGTH_MAX);
  return `${stem}.renaming-${id.slice(-TEMPORARY_SUFFIX_LENGTH)}`;
}

/** Labels: one map; Terraform calls it `metadata`. */
export const Labels = z
  .record(
    z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/,
        'must have 1 to 63 letters, digits and ./_-, a letter or digit first',
      ),
    z.string().max(LABEL_VALUE_LENGTH_MAX),
  )
  .refine((labels) => Object.keys(labels).length <= LABELS_MAX, `must have at most 64 labels`);
export type Labels = z.infer<typeof Labels>;

/** More labels than this are data, not labels; it bounds rows and policy inputs. */
export const LABELS_MAX = 64;
