/** Rows of the operations table about scaling events. */
import { z } from 'zod';
import { VmGroupId } from '../../ids.ts';
import { look, page, pageShape } from '../../operation/operation-shapes.ts';
import { ScalingEvent } from './scaling-event.ts';

/** The rows by name. */
export const scalingEventOperations = {
  'scaling_event.list': {
    ...look,
    summary: 'Lists automatic size changes of VM groups, newest first.',
    rest: { method: 'GET', path: '/orchestration/autoscaling/events', status: 200 },
    input: z.strictObject({
      ...pageShape,
      group_id: VmGroupId.optional().describe('Only events of this VM group'),
    }),
    output: page(ScalingEvent),
    problems: [],
  },
} as const;
