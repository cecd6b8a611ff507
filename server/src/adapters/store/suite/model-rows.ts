import { ModelId } from '@novacron/contract/ids';
import type { Tables } from '../../../ports/tables/tables.ts';

/** Rows of models, with a value in every column. */
export const MODEL_ROWS: Pick<Tables, 'models' | 'model_versions' | 'model_settings'> = {
  models: {
    id: ModelId.parse('mdl_01jd3v6t7re3h8z9k2m4n5p6q7'),
    tenant_id: 'tnt_a',
    name: 'latency',
    kind: 'gradient_boosting',
    spec_json: '{}',
    champions_json: '{}',
    latest_version: 1,
    drift_json: '{}',
    trial_json: '{}',
    checked_at_ms: 1,
    operation_id: 'op_a',
    revision: 1,
    created_at_ms: 1,
    created_by: 'admin',
    updated_at_ms: 1,
    updated_by: 'admin',
  },
  model_versions: {
    id: 'mdl_a/1',
    model_id: 'mdl_a',
    version: 1,
    state: 'candidate',
    reason: 'drift',
    evaluation_json: '{}',
    lineage_json: '{}',
    robustness_json: '{}',
    format: 'novacron-model-1',
    sha256: '00',
    bytes: 10,
    content: 'blob_a',
    operation_id: 'op_a',
    created_at_ms: 1,
    created_by: 'admin',
  },
  model_settings: { id: 'tnt_a', settings_json: '{}' },
};
