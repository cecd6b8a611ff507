import { VmGroupId } from '../../ids.ts';
import { list } from '../../operation/listing.ts';
import { look } from '../../operation/operation-shapes.ts';
import { ScalingEvent } from './scaling-event.ts';

/** The rows by name. */
export const scalingEventOperations = {
  'scaling_event.list': {
    ...look,
    summary: 'Lists size changes of VM groups with their reasons and outcomes, newest first.',
    rest: { method: 'GET', path: '/orchestration/autoscaling/events', status: 200 },
    ...list(ScalingEvent, {
      filters: {
        group_id: VmGroupId.optional().describe('Only events of this VM group'),
      },
      sort: ['-at'],
      search: [],
      time: 'at',
    }),
    problems: [],
  },
} as const;
