/** The rows of the operations table about placement previews that plans have left. */
import { z } from 'zod';
import { PlacementPreviewId } from '../../ids.ts';
import { list, oneOfTexts } from '../../operation/listing.ts';
import { look, named } from '../../operation/operation-shapes.ts';
import { PlacementPreview } from '../../placement/placement-preview.ts';

/** The rows by name. */
export const previewOperations = {
  'placement_preview.list': {
    ...look,
    summary: 'Lists placement previews of VMs that do not exist yet.',
    rest: { method: 'GET', path: '/placement-previews', status: 200 },
    ...list(PlacementPreview, {
      filters: { ...named, deployment: oneOfTexts('Only previews of one of these deployments') },
      sort: ['created_at'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'placement_preview.get': {
    ...look,
    summary: 'Shows a placement preview, or the reasons against each node.',
    rest: { method: 'GET', path: '/placement-previews/{id}', status: 200 },
    input: z.strictObject({ id: PlacementPreviewId }),
    output: PlacementPreview,
    problems: ['not-found'],
  },
} as const;
