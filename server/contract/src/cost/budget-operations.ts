/** The rows of the operations table about budgets. */
import { z } from 'zod';
import { BudgetId } from '../ids.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { change, ifRevision, keyed, look } from '../operation/operation-shapes.ts';
import { ResourceName } from '../schema/resource.ts';
import { Budget, BudgetCreate, BudgetLevel, BudgetUpdate } from './budget.ts';

const write = { ...change, role: 'admin', scope: 'platform' } as const;

const written = z.looseObject({ resource: Budget });

/** The rows by name. */
export const budgetOperations = {
  'budget.create': {
    ...write,
    idempotency: 'key',
    summary: 'Creates a budget, which limits what the resources of a tenant cost.',
    rest: { method: 'POST', path: '/budgets', status: 201 },
    input: BudgetCreate.extend(keyed),
    output: written,
    problems: [
      'not-found',
      'name-taken',
      'policy-denied',
      'storage-full',
      'idempotency-key-reused',
    ],
  },
  'budget.get': {
    ...look,
    summary: "Shows a budget and what is used of it; outside the first tenant only the caller's.",
    rest: { method: 'GET', path: '/budgets/{id}', status: 200 },
    input: z.strictObject({ id: BudgetId }),
    output: Budget,
    problems: ['not-found'],
  },
  'budget.list': {
    ...look,
    summary: "Lists budgets; outside the first tenant only those of the caller's tenant.",
    rest: { method: 'GET', path: '/budgets', status: 200 },
    ...list(Budget, {
      filters: {
        name: oneOf(ResourceName, 'Only budgets with one of these names'),
        tenant_id: oneOfTexts('Only budgets of one of these tenants, by id'),
        level: oneOf(BudgetLevel, 'Only budgets of one of these levels'),
      },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'budget.update': {
    ...write,
    summary: 'Changes the limits of a budget.',
    rest: { method: 'PATCH', path: '/budgets/{id}', status: 200 },
    input: BudgetUpdate.extend({ id: BudgetId, if_revision: ifRevision }),
    output: written,
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict', 'storage-full'],
  },
  'budget.delete': {
    ...write,
    summary: 'Deletes a budget: its limits no longer apply.',
    rest: { method: 'DELETE', path: '/budgets/{id}', status: 200 },
    input: z.strictObject({ id: BudgetId, if_revision: ifRevision }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict', 'storage-full'],
  },
} as const;
