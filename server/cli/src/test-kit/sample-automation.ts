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
      queued_for: null,
      created_at: AT,
      created_by: 'ann',
      finished_at: AT,
      concurrency: null,
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
  'workflow.versions': lastPage([
    { version: 1, digest: 'cd'.repeat(32), created_at: AT, created_by: 'admin' },
    { version: 2, digest: 'ab'.repeat(32), created_at: AT, created_by: 'ann' },
  ]),
};
