/** Rows of the operations table about data documents of policies. */
import { z } from 'zod';
import { PolicyDataId } from '../../ids.ts';
import { list, listShape, oneOf, oneOfTexts } from '../../operation/listing.ts';
import { change, ifRevision, keyed, look, page } from '../../operation/operation-shapes.ts';
import {
  DataPath,
  PolicyData,
  PolicyDataCreate,
  PolicyDataSummary,
  PolicyDataUpdate,
  PolicyDataVersion,
} from './policy-data.ts';

const version = z.int().min(1);

const VERSION_LISTING = {
  filters: { created_by: oneOfTexts('Only those that one of these principals wrote') },
  sort: ['created_at'],
  search: [],
  time: 'created_at',
} as const;

const write = { ...change, role: 'admin', feature: 'policy_authoring' } as const;

const written = z.looseObject({
  resource: PolicyData,
  notices: z.array(z.string()).optional().describe('Notices of NovaCron itself'),
});

/** The rows by name. */
export const policyDataOperations = {
  'policy_data.create': {
    ...write,
    idempotency: 'key',
    summary: 'Creates a data document that policies of the tenant read below `data`.',
    rest: { method: 'POST', path: '/policy-data-documents', status: 201 },
    input: PolicyDataCreate.extend(keyed),
    output: written,
    problems: [
      'name-taken',
      'in-use',
      'quota-exceeded',
      'policy-denied',
      'conflict',
      'feature-disabled',
      'storage-full',
      'idempotency-key-reused',
    ],
  },
  'policy_data.get': {
    ...look,
    summary: 'Shows a data document of policies, now or at an earlier version.',
    rest: { method: 'GET', path: '/policy-data-documents/{id}', status: 200 },
    input: z.strictObject({
      id: PolicyDataId,
      version: version.optional().describe('Version to show. Default: the current one'),
    }),
    output: PolicyData,
    problems: ['not-found'],
  },
  'policy_data.list': {
    ...look,
    summary: 'Lists data documents of policies without their values.',
    rest: { method: 'GET', path: '/policy-data-documents', status: 200 },
    ...list(PolicyDataSummary, {
      filters: { path: oneOf(DataPath, 'Only documents with one of these paths') },
      sort: ['path', 'created_at'],
      search: ['path', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'policy_data.update': {
    ...write,
    summary: 'Updates a data document of policies; a new value creates a new version.',
    rest: { method: 'PATCH', path: '/policy-data-documents/{id}', status: 200 },
    input: PolicyDataUpdate.extend({ id: PolicyDataId, if_revision: ifRevision }),
    output: written,
    problems: [
      'not-found',
      'quota-exceeded',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'feature-disabled',
      'storage-full',
    ],
  },
  'policy_data.versions': {
    ...look,
    summary: 'Lists the versions of a data document, oldest first, with authors and times.',
    rest: { method: 'GET', path: '/policy-data-documents/{id}/versions', status: 200 },
    input: z.strictObject({
      id: PolicyDataId,
      ...listShape(PolicyDataVersion, VERSION_LISTING),
    }),
    output: page(PolicyDataVersion),
    listing: VERSION_LISTING,
    problems: ['not-found'],
  },
  'policy_data.rollback': {
    ...write,
    summary: 'Restores an earlier value of a data document as a new version.',
    rest: { method: 'POST', path: '/policy-data-documents/{id}/rollback', status: 200 },
    input: z.strictObject({
      id: PolicyDataId,
      to_version: version.describe('Version to restore'),
      if_revision: ifRevision,
    }),
    output: written,
    problems: [
      'not-found',
      'quota-exceeded',
      'validation-failed',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'feature-disabled',
      'storage-full',
    ],
  },
  'policy_data.delete': {
    ...write,
    summary: 'Deletes a data document with its versions, unless a policy reads it.',
    rest: { method: 'DELETE', path: '/policy-data-documents/{id}', status: 200 },
    input: z.strictObject({ id: PolicyDataId, if_revision: ifRevision }),
    output: z.looseObject({}),
    problems: [
      'not-found',
      'in-use',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'feature-disabled',
    ],
  },
} as const;
