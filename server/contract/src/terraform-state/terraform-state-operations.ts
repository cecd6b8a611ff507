/** The rows of the operations table about states of Terraform. */
import { z } from 'zod';
import { TerraformStateId } from '../ids.ts';
import { list, oneOf, wholeList, wholeListShape } from '../operation/listing.ts';
import { change, look } from '../operation/operation-shapes.ts';
import { ResourceName } from '../schema/resource.ts';
import {
  TERRAFORM_STATE_VERSIONS_MAX,
  TerraformState,
  TerraformStateChange,
  TerraformStateVersion,
} from './terraform-state.ts';

const id = TerraformStateId;

const version = z.int().min(1);

const written = z.looseObject({ resource: TerraformState });

const VERSIONS = { filters: {}, sort: ['-created_at'], search: [], time: 'created_at' } as const;

/** The rows by name. */
export const terraformStateOperations = {
  'terraform_state.list': {
    ...look,
    summary: 'Lists the states of Terraform that the server keeps for the tenant.',
    rest: { method: 'GET', path: '/terraform-states', status: 200 },
    ...list(TerraformState, {
      filters: { name: oneOf(ResourceName, 'Only states with one of these names') },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'terraform_state.get': {
    ...look,
    summary: 'Shows a state of Terraform without its content: version, serial and lock.',
    rest: { method: 'GET', path: '/terraform-states/{id}', status: 200 },
    input: z.strictObject({ id }),
    output: TerraformState,
    problems: ['not-found'],
  },
  'terraform_state.versions': {
    ...look,
    summary: 'Lists the versions of a state of Terraform, newest first.',
    rest: { method: 'GET', path: '/terraform-states/{id}/versions', status: 200 },
    ...wholeList(TerraformStateVersion, VERSIONS),
    input: z.strictObject({ ...wholeListShape(TerraformStateVersion, VERSIONS), id }),
    problems: ['not-found'],
  },
  'terraform_state.diff': {
    ...look,
    summary: 'Compares two versions of a state of Terraform: which resources differ, and in what.',
    rest: { method: 'GET', path: '/terraform-states/{id}/diff', status: 200 },
    input: z.strictObject({
      id,
      from: version.optional().describe('Earlier version. Default: the one before `to`'),
      to: version.optional().describe('Later version. Default: the current one'),
    }),
    output: z.looseObject({
      from: z.int(),
      to: z.int(),
      changes: z.array(TerraformStateChange).describe('By address'),
    }),
    problems: ['not-found', 'validation-failed'],
  },
  'terraform_state.restore': {
    ...change,
    summary: 'Makes an earlier version of a state of Terraform the current one, as a new version.',
    rest: { method: 'POST', path: '/terraform-states/{id}/restore', status: 200 },
    input: z.strictObject({ id, to_version: version.describe('Version to restore') }),
    output: written,
    problems: ['not-found', 'policy-denied', 'conflict', 'storage-full'],
  },
  'terraform_state.prune': {
    ...change,
    role: 'admin',
    summary: 'Deletes all but the newest versions of a state of Terraform.',
    rest: { method: 'POST', path: '/terraform-states/{id}/prune', status: 200 },
    input: z.strictObject({
      id,
      keep: z
        .int()
        .min(1)
        .max(TERRAFORM_STATE_VERSIONS_MAX)
        .describe('Number of versions to keep, the current one included'),
    }),
    output: z.looseObject({
      resource: TerraformState,
      deleted: z.int().describe('Number of deleted versions'),
      bytes: z.int().describe('Freed space. Unit: bytes.'),
    }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'terraform_state.unlock': {
    ...change,
    role: 'admin',
    summary:
      'Removes the lock of a state of Terraform. Only for a lock whose run has ended: a run that ' +
      'goes on cannot write the state any more.',
    rest: { method: 'POST', path: '/terraform-states/{id}/unlock', status: 200 },
    input: z.strictObject({
      id,
      lock_id: z.string().min(1).max(200).describe('Id of the lock, as shown with the state'),
    }),
    output: written,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'terraform_state.delete': {
    ...change,
    role: 'admin',
    summary: 'Deletes a state of Terraform with all of its versions.',
    rest: { method: 'DELETE', path: '/terraform-states/{id}', status: 200 },
    input: z.strictObject({ id }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
} as const;
