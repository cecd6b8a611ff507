/** The rows of the operations table about price lists. */
import { z } from 'zod';
import { PriceListId } from '../ids.ts';
import { list, oneOf } from '../operation/listing.ts';
import { change, ifRevision, keyed, look } from '../operation/operation-shapes.ts';
import { ResourceName } from '../schema/resource.ts';
import { PriceListCreate, PriceListShown, PriceListUpdate } from './price-list.ts';

const write = { ...change, role: 'admin', scope: 'platform' } as const;

const written = z.looseObject({ resource: PriceListShown });

/** The rows by name. */
export const priceListOperations = {
  'price_list.create': {
    ...write,
    idempotency: 'key',
    summary: 'Creates a price list, which is in force from a moment on.',
    rest: { method: 'POST', path: '/price-lists', status: 201 },
    input: PriceListCreate.extend(keyed),
    output: written,
    problems: ['name-taken', 'conflict', 'policy-denied', 'storage-full', 'idempotency-key-reused'],
  },
  'price_list.get': {
    ...look,
    summary: 'Shows a price list.',
    rest: { method: 'GET', path: '/price-lists/{id}', status: 200 },
    input: z.strictObject({ id: PriceListId }),
    output: PriceListShown,
    problems: ['not-found'],
  },
  'price_list.list': {
    ...look,
    summary: 'Lists price lists in the order of their creation.',
    rest: { method: 'GET', path: '/price-lists', status: 200 },
    ...list(PriceListShown, {
      filters: { name: oneOf(ResourceName, 'Only lists with one of these names') },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'price_list.update': {
    ...write,
    summary:
      'Updates a price list. VMs that exist keep their prices until their configuration changes.',
    rest: { method: 'PATCH', path: '/price-lists/{id}', status: 200 },
    input: PriceListUpdate.extend({ id: PriceListId, if_revision: ifRevision }),
    output: written,
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict', 'storage-full'],
  },
  'price_list.delete': {
    ...write,
    summary: 'Deletes a price list. VMs that exist keep their prices.',
    rest: { method: 'DELETE', path: '/price-lists/{id}', status: 200 },
    input: z.strictObject({ id: PriceListId, if_revision: ifRevision }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict', 'storage-full'],
  },
} as const;
