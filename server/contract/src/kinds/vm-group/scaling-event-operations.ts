/** Rows of the operations table about scaling events. */
import { z } from 'zod';
import { VmGroupId } from '../../ids.ts';
import { look, page, pageShape } from '../../operation/operation-shapes.ts';
import { ScalingEvent } from './scaling-event.ts';

/** The rows by name. */
export const scalingEventOperations = {
  'scaling_event.list': {
    ...look,
    summary: 'Lists the changes of the sizes of VM groups that NovaCron decided, latest first.',
    rest: { method: 'GET', path: '/orchestration/autoscaling/events', status: 200 },
    input: z.strictObject({
      ...pageShape,
      group_id: VmGroupId.optional().describe('Only those of this VM group'),
    }),
    output: page(ScalingEvent),
    problems: [],
  },
} as const;
