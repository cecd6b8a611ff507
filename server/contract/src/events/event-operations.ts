/** Definitions of the operations on events. */
import { z } from 'zod';
import { look, order, pageShape } from '../operation/operation-shapes.ts';
import { Event } from './event.ts';

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
    }),
    output: z.looseObject({
      items: z.array(Event),
      last_position: z
        .int()
        .describe(
          'Position for the next request: `after_position`, or `before_position` with ' +
            'order newest',
        ),
    }),
    problems: ['resume-expired'],
  },
} as const;
