/** The rows of the operations table about GitOps applications. */
import { z } from 'zod';
import { GitCommit } from '../automation/gitops-step.ts';
import { GitopsApplicationId } from '../ids.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { Operation } from '../operation/operation.ts';
import {
  change,
  create,
  ifRevision,
  keyed,
  look,
  removed,
  written,
} from '../operation/operation-shapes.ts';
import { ResourceName } from '../schema/resource.ts';
import {
  GitopsApplication,
  GitopsApplicationCreate,
  GitopsApplicationUpdate,
  GitopsHealth,
  GitRevision,
  SyncResult,
} from './application.ts';

const outsideWindows = z
  .boolean()
  .default(false)
  .describe('Starts it although `sync_windows` are closed');

const shared = { feature: 'workflows' } as const;

/** The rows by name. */
export const gitopsOperations = {
  'gitops_application.create': {
    ...create,
    ...shared,
    summary:
      'Creates a GitOps application: a directory of a Git repository that decides what runs.',
    rest: { method: 'POST', path: '/gitops-applications', status: 201 },
    input: GitopsApplicationCreate.extend(keyed),
    output: written(GitopsApplication),
    problems: [
      'name-taken',
      'policy-denied',
      'quota-exceeded',
      'in-use',
      'conflict',
      'feature-disabled',
      'storage-full',
      'idempotency-key-reused',
    ],
  },
  'gitops_application.get': {
    ...look,
    summary: 'Shows a GitOps application with its last sync and its history.',
    rest: { method: 'GET', path: '/gitops-applications/{id}', status: 200 },
    input: z.strictObject({ id: GitopsApplicationId }),
    output: GitopsApplication,
    problems: ['not-found'],
  },
  'gitops_application.list': {
    ...look,
    summary: 'Lists GitOps applications.',
    rest: { method: 'GET', path: '/gitops-applications', status: 200 },
    ...list(GitopsApplication, {
      filters: {
        name: oneOf(ResourceName, 'Only applications with one of these names'),
        environment: oneOfTexts('Only applications of one of these environments'),
        health_status: oneOf(GitopsHealth, 'Only applications with one of these states of health'),
      },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'gitops_application.update': {
    ...change,
    ...shared,
    summary: 'Changes a GitOps application; an admin then authorizes its syncs again.',
    rest: { method: 'PATCH', path: '/gitops-applications/{id}', status: 200 },
    input: GitopsApplicationUpdate.extend({ id: GitopsApplicationId, if_revision: ifRevision }),
    output: written(GitopsApplication),
    problems: [
      'not-found',
      'policy-denied',
      'revision-mismatch',
      'in-use',
      'conflict',
      'feature-disabled',
      'storage-full',
    ],
  },
  'gitops_application.delete': {
    ...change,
    summary: 'Deletes a GitOps application; its resources and its Terraform state stay.',
    rest: { method: 'DELETE', path: '/gitops-applications/{id}', status: 200 },
    input: z.strictObject({ id: GitopsApplicationId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'gitops_application.sync': {
    ...change,
    ...shared,
    summary: 'Starts a sync of a GitOps application, or plans one.',
    rest: { method: 'POST', path: '/gitops-applications/{id}/sync', status: 202 },
    input: z.strictObject({
      id: GitopsApplicationId,
      revision: GitRevision.optional().describe(
        'Branch, tag or commit for a dry run, or a commit to promote. Default: target_revision',
      ),
      dry_run: z
        .boolean()
        .default(false)
        .describe('Plans, and changes nothing: the execution has the plan'),
      outside_windows: outsideWindows,
    }),
    output: z.looseObject({ resource: GitopsApplication, operation: Operation }),
    problems: ['not-found', 'policy-denied', 'in-use', 'conflict', 'feature-disabled'],
  },
  'gitops_application.rollback': {
    ...change,
    ...shared,
    summary: 'Starts a sync back to a commit that was synced before.',
    rest: { method: 'POST', path: '/gitops-applications/{id}/rollback', status: 202 },
    input: z.strictObject({
      id: GitopsApplicationId,
      to_commit: GitCommit.optional().describe('A commit of the history. Default: the one before'),
      dry_run: z
        .boolean()
        .default(false)
        .describe('Plans, and changes nothing: the execution has the plan'),
      outside_windows: outsideWindows,
    }),
    output: z.looseObject({ resource: GitopsApplication, operation: Operation }),
    problems: ['not-found', 'policy-denied', 'in-use', 'conflict', 'feature-disabled'],
  },
  'gitops_application.record': {
    ...change,
    ...shared,
    summary: 'Records what a sync has done: the last step of a sync, and refused to all others.',
    rest: { method: 'POST', path: '/gitops-applications/{id}/record', status: 200 },
    input: SyncResult,
    output: written(GitopsApplication),
    problems: ['not-found', 'policy-denied', 'conflict', 'storage-full'],
  },
} as const;
