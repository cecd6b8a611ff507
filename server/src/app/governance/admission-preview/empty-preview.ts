import type { AdmissionPreview } from '@novacron/contract/admission/admission';

/** The preview of a write that nothing is to be said of. */
export const EMPTY_PREVIEW: AdmissionPreview = {
  problems: [],
  warnings: [],
  deferred: [],
  placement: null,
  placement_preview: null,
  member_previews: [],
  restarts: [],
  respelled: [],
  inherited: {},
  cost: null,
  notices: [],
  risks: [],
};
