/** Workflows and runbooks as rows: stored, versioned, asked about, and kept to their tenant. */
import { describe, expect, test } from '@jest/globals';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const textOf = (steps: string, name = 'provision') => `name: ${name}\nsteps:\n${steps}`;

const WAIT = textOf('  - { id: settle, wait: 1m }\n');
const LONGER = textOf('  - { id: settle, wait: 2m }\n');

describe('a workflow', () => {
  test('is stored as it is given; another text is a new version, the same one is not', async () => {
    const { resource, operation } = await bench().expectOk('workflow.create', { text: WAIT });
    expect(operation).toMatchObject({ status: 'succeeded', target_kind: 'workflow' });
    expect(resource).toMatchObject({ name: 'provision', kind: 'workflow', version: 1, text: WAIT });
    const { id } = resource;
    const same = await bench().expectOk('workflow.update', { id, text: WAIT });
    expect(same.resource).toMatchObject({ version: 1, revision: 1 });
    const next = await bench().expectOk('workflow.update', { id, text: LONGER, if_revision: 1 });
    expect(next.resource).toMatchObject({ version: 2, revision: 2, text: LONGER });
    const { items } = await bench().expectOk('workflow.versions', { id });
    expect(items.map(({ version }) => version)).toEqual([1, 2]);
    const earlier = await bench().expectOk('workflow.get', { id, at_version: 1 });
    expect(earlier).toMatchObject({ version: 1, text: WAIT, digest: items[0]?.digest });
    const none = await bench().expectProblem('workflow.get', { id, at_version: 3 });
    expect(none.detail).toBe('provision has no version 3.');
    const stale = await bench().expectProblem('workflow.update', {
      id,
      text: WAIT,
      if_revision: 1,
    });
    expect(stale.code).toBe('revision-mismatch');
    const audit = await bench().expectOk('audit.list', { resource_id: id });
    expect(audit.items.map((entry) => [entry.operation, entry.outcome])).toEqual([
      ['workflow.update', 'revision-mismatch'],
      ['workflow.update', 'done'],
      ['workflow.update', 'done'],
      ['workflow.create', 'done'],
    ]);
  });

  test('has an earlier text again as its next version, unless that one is not there', async () => {
    const { resource } = await bench().expectOk('workflow.create', { text: WAIT });
    const { id } = resource;
    await bench().expectOk('workflow.update', { id, text: LONGER });
    const back = await bench().expectOk('workflow.rollback', { id, to_version: 1, if_revision: 2 });
    expect(back.resource).toMatchObject({
      version: 3,
      revision: 3,
      text: WAIT,
      digest: resource.digest,
    });
    const { items } = await bench().expectOk('workflow.versions', { id });
    expect(items.map(({ version }) => version)).toEqual([1, 2, 3]);
    const none = await bench().expectProblem('workflow.rollback', { id, to_version: 9 });
    expect([none.code, none.detail]).toEqual(['not-found', 'provision has no version 9.']);
    const stale = { id, to_version: 2, if_revision: 2 };
    const found = await bench().expectProblem('workflow.rollback', stale);
    expect(found.code).toBe('revision-mismatch');
    const same = await bench().expectOk('workflow.rollback', { id, to_version: 1 });
    expect(same.resource.version).toBe(3);
    const rule = `package novacron

deny contains "texts go forward" if input.action == "rollback_workflow"
`;
    await bench().expectOk('policy.create', { name: 'Forward', type: 'resource', rule });
    const denied = await bench().expectProblem('workflow.rollback', { id, to_version: 2 });
    expect(denied.code).toBe('policy-denied');
  });

  test('and a runbook share their names, and are listed by kind', async () => {
    await bench().expectOk('workflow.create', { text: WAIT });
    const runbook = (name: string) => `kind: runbook\n${textOf('  - { id: a, wait: 1s }\n', name)}`;
    const taken = await bench().expectProblem('workflow.create', { text: runbook('provision') });
    expect(taken).toMatchObject({
      code: 'name-taken',
      detail: expect.stringMatching(/^A workflow named provision exists already \(wf_/),
    });
    await bench().expectOk('workflow.create', { text: runbook('failover') });
    const { items } = await bench().expectOk('workflow.list', { kind: 'runbook' });
    expect(items.map(({ name }) => name)).toEqual(['failover']);
    expect(items[0]).not.toHaveProperty('text');
  });

  test('with mistakes is refused, each with its place', async () => {
    const text = textOf('  - { id: a, task: role.delete, needs: [b] }\n');
    const found = await bench().expectProblem('workflow.create', { text });
    expect(found.code).toBe('validation-failed');
    expect(found.detail).toContain('line 3, column 20: steps.0.task "role.delete" is never a step');
    expect(found.fields?.[1]?.message).toContain('names b, which is not a step');
  });

  test('keeps its name and kind', async () => {
    const { resource } = await bench().expectOk('workflow.create', { text: WAIT });
    const renamed = textOf('  - { id: a, wait: 1s }\n', 'other');
    const { id } = resource;
    const name = await bench().expectProblem('workflow.update', { id, text: renamed });
    expect(name.detail).toBe(`The text has the name other; that of ${id} is provision and stays.`);
    const kind = await bench().expectProblem('workflow.update', {
      id,
      text: `kind: runbook\n${WAIT}`,
    });
    expect(kind.detail).toContain('has the kind runbook');
  });

  test('is answered again to the same key, and deleted with its versions', async () => {
    const input = { text: WAIT, idempotency_key: 'one-and-only' };
    const { resource } = await bench().expectOk('workflow.create', input);
    const again = await bench().expectOk('workflow.create', input);
    expect(again.resource.id).toBe(resource.id);
    await bench().expectOk('workflow.delete', { id: resource.id });
    expect(await bench().store.read({ from: 'workflow_versions' })).toEqual([]);
    const gone = await bench().expectProblem('workflow.get', { id: resource.id });
    expect(gone.detail).toBe(`No workflow found with the id ${resource.id}.`);
  });

  test('is decided by policies, by what its steps do', async () => {
    const rule = `package p
deny contains "no deletes in workflows" if {
  input.action in {"create_workflow", "update_workflow"}
  "vm.delete" in input.resource.tasks
}`;
    await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule });
    const text = textOf(`  - { id: a, task: vm.delete, with: { id: "\${vm}" } }\n`);
    const refused = await bench().expectProblem('workflow.create', { text });
    expect(refused).toMatchObject({
      code: 'policy-denied',
      detail: expect.stringContaining('no deletes in workflows'),
    });
    await bench().expectOk('workflow.create', { text: WAIT });
  });
});
