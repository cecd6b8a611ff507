import type { Tables } from '../../../ports/tables/tables.ts';

/** Rows of states of Terraform, with a value in every column. */
export const TERRAFORM_STATE_ROWS: Pick<
  Tables,
  'terraform_states' | 'terraform_state_versions' | 'stored_chunks'
> = {
  terraform_states: {
    id: 'tfst_a' as Tables['terraform_states']['id'],
    tenant_id: 'tnt_a',
    name: 'network',
    version: 1,
    serial: 4,
    lineage: 'c1b5f6a0-0000-4000-8000-000000000000',
    lock_id: 'lock-1',
    lock_json: '{}',
    locked_by: 'ci',
    locked_at_ms: 1,
    lock_execution_id: 'op_a',
    revision: 1,
    created_at_ms: 1,
    created_by: 'admin',
    updated_at_ms: 1,
    updated_by: 'admin',
  },
  terraform_state_versions: {
    id: 'tfst_a/1',
    state_id: 'tfst_a',
    version: 1,
    serial: 4,
    lineage: 'c1b5f6a0-0000-4000-8000-000000000000',
    terraform_version: '1.11.4',
    resources: 2,
    bytes: 10,
    sha256: '00',
    content: 'blob_a',
    restored_from: 1,
    created_at_ms: 1,
    created_by: 'admin',
  },
  stored_chunks: { id: 'blob_a/00000', content: 'blob_a', text: 'AA==', created_at_ms: 1 },
};
