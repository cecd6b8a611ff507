/** Definitions of the operations on events. */
import { z } from 'zod';
import { listShape, oneOfTexts } from '../operation/listing.ts';
import { look, order, pageShape, totalShape } from '../operation/operation-shapes.ts';
import { Event } from './event.ts';

const EVENT_LISTING = {
  filters: {
    type: oneOfTexts('Only events of one of these types: vm.create.succeeded'),
    target: oneOfTexts('Only events about one of these resources, by id'),
  },
  sort: ['position'],
  search: [],
  time: 'at',
} as const;

/** Events have positions in place of cursors, and `order` in place of a sort. */
const { since, until, fields, count } = listShape(Event, EVENT_LISTING);

/** The rows by name. */
export const eventOperations = {
  'event.list': {
    ...look,
    summary: 'Lists events by position, in ascending or descending order.',
    rest: { method: 'GET', path: '/events', status: 200 },
    input: z.strictObject({
      after_position: z
        .int()
        .min(0)
        .optional()
        .describe('Only events after this position. Default: from the oldest stored event'),
      before_position: z
        .int()
        .min(1)
        .optional()
        .describe('Only events before this position. Default: up to the newest event'),
      order,
      limit: pageShape.limit,
      ...EVENT_LISTING.filters,
      since,
      until,
      fields,
      count,
    }),
    output: z.looseObject({
      items: z.array(Event),
      last_position: z
        .int()
        .describe(
          'Position for the next request: `after_position`, or `before_position` with ' +
            'order newest',
        ),
      ...totalShape,
    }),
    listing: EVENT_LISTING,
    problems: ['resume-expired'],
  },
} as const;
