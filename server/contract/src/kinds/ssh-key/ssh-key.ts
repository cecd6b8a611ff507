/** SSH keys: the resource table's rows of kind `ssh_key` and their requests. */
import { z } from 'zod';
import {
  parseSshPublicKey,
  SSH_KEY_EXAMPLE,
  withoutLineEnd,
} from '../../formats/ssh-public-key.ts';
import { SshKeyId } from '../../ids.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, ResourceName, resourceSchema } from '../../schema/resource.ts';

/** More than an RSA key of 16,384 bits with a comment has. Unit: characters. */
const PUBLIC_KEY_LENGTH_MAX = 8_192;

/** One line of a `.pub` file; the end of the line is removed. */
export const SshPublicKeyText = z
  .string()
  .max(PUBLIC_KEY_LENGTH_MAX, { abort: true })
  .overwrite(withoutLineEnd)
  .superRefine((line, context) => {
    const parsed = parseSshPublicKey(line);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
  });

/** Whether two lines are of one key: they may differ in their comments. */
function isSameKey(before: unknown, after: unknown): boolean {
  const [left, right] = [parseSshPublicKey(String(before)), parseSshPublicKey(String(after))];
  return left.ok && right.ok && left.value.base64 === right.value.base64;
}

/** The resource table of SSH keys, one row a field. */
export const SSH_KEY_FIELDS = {
  name: field({
    schema: ResourceName,
    description: 'Name of the SSH key, unique within the tenant.',
    presence: 'required',
    example: 'ann',
  }),
  public_key: field({
    schema: SshPublicKeyText,
    description:
      'The public key in the format of OpenSSH: the line of a `.pub` file. The private key stays ' +
      'with its owner: NovaCron never needs it, and Terraform would store it in its state. ' +
      'Another key replaces the resource; another comment does not.',
    presence: 'required',
    effectOf: (before, after) => (isSameKey(before, after) ? 'live' : 'replace'),
    canonical: (value) => (typeof value === 'string' ? withoutLineEnd(value) : value),
    driftClass: 'security',
    example: SSH_KEY_EXAMPLE,
  }),
  metadata: field({
    schema: Labels,
    description: 'Labels of the SSH key: names and values for people and policies.',
    presence: 'optional',
    example: { team: 'platform' },
  }),
  fingerprint: {
    ...computed(
      z.string(),
      'SHA-256 fingerprint of the key, as `ssh-keygen -l` prints it.',
      'SHA256:c9vPc3NfWhPywI+OR3E9+woJbuAnoyMOCWaMGgIytDU',
    ),
    follows: ['public_key'],
  },
  key_type: {
    ...computed(z.string(), 'Type of the key.', 'ssh-ed25519'),
    follows: ['public_key'],
  },
} as const;

/** An SSH key as answers carry it. */
export const SshKey = resourceSchema(SshKeyId, SSH_KEY_FIELDS);
export type SshKey = z.infer<typeof SshKey>;

/** The desired state of an SSH key. */
export const SshKeySpec = z.looseObject(specShape(SSH_KEY_FIELDS));
export type SshKeySpec = z.infer<typeof SshKeySpec>;

/** Fields of requests to create and to update an SSH key. */
export const SshKeyCreate = z.strictObject(createShape(SSH_KEY_FIELDS));
export const SshKeyUpdate = z.strictObject(updateShape(SSH_KEY_FIELDS));
