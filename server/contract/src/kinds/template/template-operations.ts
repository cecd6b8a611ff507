/** Rows of the operations table about templates. */
import { z } from 'zod';
import { TemplateId } from '../../ids.ts';
import { list, oneOfTexts } from '../../operation/listing.ts';
import {
  change,
  create,
  ifUnchanged,
  keyed,
  look,
  named,
  removed,
  written,
} from '../../operation/operation-shapes.ts';
import { Template, TemplateCreate, TemplateUpdate } from './template.ts';

/** The rows by name. */
export const templateOperations = {
  'template.create': {
    ...create,
    summary: 'Creates a template: an image that VMs boot from.',
    rest: { method: 'POST', path: '/templates', status: 201 },
    input: TemplateCreate.extend(keyed),
    output: written(Template),
    problems: [
      'name-taken',
      'reference-unknown',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
    ],
  },
  'template.get': {
    ...look,
    summary: 'Shows a template of the tenant or a built-in one.',
    rest: { method: 'GET', path: '/templates/{id}', status: 200 },
    input: z.strictObject({ id: TemplateId }),
    output: Template,
    problems: ['not-found'],
  },
  'template.list': {
    ...look,
    summary: 'Lists templates in the order of their creation, including the built-in ones.',
    rest: { method: 'GET', path: '/templates', status: 200 },
    ...list(Template, {
      filters: {
        ...named,
        created_by: oneOfTexts('Only those that one of these principals created'),
      },
      sort: ['created_at', 'updated_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
      labels: 'metadata',
    }),
    problems: [],
  },
  'template.update': {
    ...change,
    summary: 'Updates a template; existing VMs are not affected.',
    rest: { method: 'PATCH', path: '/templates/{id}', status: 202 },
    input: TemplateUpdate.extend({ id: TemplateId, ...ifUnchanged }),
    output: written(Template),
    problems: [
      'not-found',
      'name-taken',
      'in-use',
      'reference-unknown',
      'policy-denied',
      'revision-mismatch',
      'conflict',
    ],
  },
  'template.delete': {
    ...change,
    summary: 'Deletes a template that no VM and no VM group uses.',
    rest: { method: 'DELETE', path: '/templates/{id}', status: 200 },
    input: z.strictObject({ id: TemplateId, ...ifUnchanged }),
    output: removed,
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
} as const;
