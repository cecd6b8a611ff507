/** Operations of the sample world. */
import { AT, type JsonFields, sampleId } from './sample-base.ts';

/** An operation of the world. */
export function sampleOperation(changes: JsonFields = {}): JsonFields {
  return {
    id: sampleId('op'),
    tenant_id: sampleId('tnt'),
    kind: 'vm.create',
    target_kind: 'vm',
    target_id: sampleId('vm'),
    target_name: 'web-server-01',
    status: 'succeeded',
    progress_percent: 100,
    steps: [
      { name: 'place', status: 'succeeded', attempts: 1 },
      { name: 'create', status: 'succeeded', attempts: 2 },
    ],
    problem: null,
    created_at: AT,
    created_by: 'admin',
    finished_at: AT,
    ...changes,
  };
}

/** An operation that has not ended. */
export function runningOperation(changes: JsonFields = {}): JsonFields {
  return sampleOperation({
    status: 'running',
    progress_percent: 40.5,
    finished_at: null,
    steps: [{ name: 'create', status: 'running', attempts: 1 }],
    ...changes,
  });
}
