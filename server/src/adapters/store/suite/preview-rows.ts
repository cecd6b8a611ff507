/** Rows of the tables of what plans have shown. */
import type { Tables } from '../../../ports/tables/tables.ts';

/** One row of each. */
export const PREVIEW_ROWS = {
  placement_previews: {
    id: 'ppv_a',
    tenant_id: 'tnt_a',
    lookup_key: 'ab',
    deployment: 'default',
    name: 'web',
    ask_json: '{}',
    decision_json: '{}',
    refusal_json: null,
    created_at_ms: 1,
    created_vm_id: null,
  },
  preview_places: {
    id: 'tnt_a/run/00000001',
    tenant_id: 'tnt_a',
    session: 'run',
    name: 'web',
    lookup_key: 'ab',
    origin: 'new',
    node_id: 'node_a',
    ask_json: '{}',
    created_at_ms: 1,
  },
  value_intents: {
    id: 'vm_a',
    tenant_id: 'tnt_a',
    operation: 'vm.update',
    session: 'run-1',
    planned_revision: 'ab',
    desired_revision: 'ab',
    takes_json: '["name/vm/web-2"]',
    leaves_json: '["name/vm/web-1"]',
    created_at_ms: 1,
  },
  planned_writes: {
    id: 'ab',
    tenant_id: 'tnt_a',
    operation: 'vm.create',
    resource_kind: 'vm',
    resource_id: '',
    resource_name: 'web',
    user_id: 'ci',
    question_json: '{}',
    created_at_ms: 1,
  },
} satisfies Pick<
  Tables,
  'placement_previews' | 'preview_places' | 'value_intents' | 'planned_writes'
>;
