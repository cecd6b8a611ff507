/** The rows of the operations table about room that is held for VMs to come. */
import { z } from 'zod';
import { ReservationId } from '../../ids.ts';
import { list, oneOfTexts } from '../../operation/listing.ts';
import {
  change,
  create,
  keyed,
  look,
  named,
  removed,
  written,
} from '../../operation/operation-shapes.ts';
import { Reservation, ReservationCreate } from './reservation.ts';

/** The rows by name. */
export const reservationOperations = {
  'reservation.create': {
    ...create,
    summary: 'Reserves capacity for a VM on a node that placement chooses, until a deadline.',
    rest: { method: 'POST', path: '/reservations', status: 201 },
    input: ReservationCreate.extend(keyed),
    output: written(Reservation),
    problems: [
      'name-taken',
      'no-capacity',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
      'budget-exceeded',
    ],
  },
  'reservation.get': {
    ...look,
    summary: 'Shows a reservation.',
    rest: { method: 'GET', path: '/reservations/{id}', status: 200 },
    input: z.strictObject({ id: ReservationId }),
    output: Reservation,
    problems: ['not-found'],
  },
  'reservation.list': {
    ...look,
    summary: 'Lists reservations in the order of their creation.',
    rest: { method: 'GET', path: '/reservations', status: 200 },
    ...list(Reservation, {
      filters: {
        ...named,
        created_by: oneOfTexts('Only those that one of these principals created'),
      },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'reservation.delete': {
    ...change,
    summary: 'Releases a reservation.',
    rest: { method: 'DELETE', path: '/reservations/{id}', status: 200 },
    input: z.strictObject({ id: ReservationId }),
    output: removed,
    problems: ['not-found', 'policy-denied'],
  },
} as const;
