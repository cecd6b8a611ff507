/** Workflows of the world. */
import { type Answers, AT, lastPage, type Samples, sampleId } from './sample-base.ts';

const TEXT = 'name: provision-web\nsteps:\n  - { id: settle, wait: 1m }\n';

/** Workflows by noun. */
export const AUTOMATION_SAMPLES = {
  approval: [
    {
      id: sampleId('apr'),
      tenant_id: sampleId('tnt'),
      execution_id: sampleId('op'),
      workflow_id: sampleId('wf'),
      workflow: 'provision-web',
      step: 'ask',
      status: 'pending',
      message: 'May it run?',
      required: 2,
      approved: 1,
      created_at: AT,
      created_by: 'ann',
      expires_at: AT,
      ended_at: null,
      version: 2,
      approvers: ['role:admin'],
      excluded: ['ann'],
      inputs: {},
      targets: [{ step: 'settle', action: { wait: { duration: '1m' } } }],
      digest: 'ab'.repeat(32),
      votes: [{ by: 'bob-laptop', person: 'bob', vote: 'approve', comment: null, at: AT }],
      problem: null,
      vote_refusal: null,
    },
  ],
  execution: [
    {
      id: sampleId('op'),
      tenant_id: sampleId('tnt'),
      workflow_id: sampleId('wf'),
      workflow: 'provision-web',
      kind: 'workflow',
      version: 2,
      status: 'succeeded',
      paused_at: null,
      paused_by: null,
      created_at: AT,
      created_by: 'ann',
      finished_at: AT,
      digest: 'ab'.repeat(32),
      inputs: {},
      steps: [
        {
          id: 'settle',
          kind: 'wait',
          status: 'succeeded',
          needs: [],
          attempts: 1,
          operations: [],
          outputs: {},
          message: null,
          started_at: AT,
          ended_at: AT,
        },
      ],
      problem: null,
    },
  ],
  workflow: [
    {
      id: sampleId('wf'),
      tenant_id: sampleId('tnt'),
      name: 'provision-web',
      kind: 'workflow',
      version: 2,
      digest: 'ab'.repeat(32),
      revision: 2,
      created_at: AT,
      created_by: 'admin',
      updated_at: AT,
      updated_by: 'ann',
      text: TEXT,
      warnings: [],
    },
  ],
} as const satisfies Samples;

/** Answers that are no resource. */
export const AUTOMATION_ANSWERS: Answers = {
  'workflow.graph': {
    workflow_id: sampleId('wf'),
    workflow: 'provision-web',
    version: 2,
    executions: 3,
    nodes: [
      {
        id: 'settle',
        kind: 'wait',
        detail: 'wait: 1m',
        level: 0,
        duration_ms: 60_100,
        duration_ms_p90: 60_400,
        learned_from: 3,
        earliest_ms: 0,
        slack_ms: 0,
      },
    ],
    edges: [],
    critical_path: ['settle'],
    makespan_ms: 60_100,
    serial_ms: 60_100,
    parallel_max: 1,
    drawing: 'flowchart TD\n  s0["settle<br/>wait: 1m"]\n',
  },
  'workflow.optimize': {
    workflow_id: sampleId('wf'),
    workflow: 'provision-web',
    version: 2,
    executions: 3,
    saved_ratio: 0.4,
    before: {
      critical_path: ['dns', 'cache'],
      makespan_ms: 100_000,
      serial_ms: 100_000,
      parallel_max: 1,
    },
    after: { critical_path: ['dns'], makespan_ms: 60_000, serial_ms: 100_000, parallel_max: 2 },
    steps: [{ id: 'cache', needs_before: ['dns'], needs: [] }],
    dropped: [
      {
        from: 'dns',
        to: 'cache',
        from_effects: { reads: [], writes: ['dns'], source: 'declared' },
        to_effects: { reads: [], writes: ['cache'], source: 'declared' },
      },
    ],
    kept: [],
  },
  'workflow.versions': lastPage([
    { version: 1, digest: 'cd'.repeat(32), created_at: AT, created_by: 'admin' },
    { version: 2, digest: 'ab'.repeat(32), created_at: AT, created_by: 'ann' },
  ]),
};
