import { describe, expect, test } from '@jest/globals';
import { GitopsSpec } from '@novacron/contract/gitops/application';
import { planRun } from '../workflows/plan-run.ts';
import { readDefinition } from '../workflows/read-definition.ts';
import { planSync } from './plan-sync.ts';

const ID = 'gapp_01jd3v6t7re3h8z9k2m4n5p6q7';
const BARE = { name: 'web', repository: 'https://git.example.com/infra.git', run_as: 'deployer' };

function definitionOf(more: Record<string, unknown> = {}) {
  const read = readDefinition(planSync(ID, GitopsSpec.parse({ ...BARE, ...more })));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

const stepOf = (id: string, more?: Record<string, unknown>) => {
  const step = definitionOf(more).definition.steps.find((each) => each.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
};

describe('the workflow of an application', () => {
  test.each([
    ['the least', {}],
    [
      'everything',
      {
        credential: 'token',
        run_on: { purpose: 'gitops' },
        hosts: ['registry.example.com:443'],
        allowed_signers: 'ann ssh-ed25519 AAAA',
        require_signatures: true,
        protected_paths: ['policies/**'],
        webhook: 'github',
        webhook_secrets: ['hook'],
        automatic: true,
        self_heal: true,
        approval: 'always',
        approvers: ['ann'],
        variables: { size: '3' },
      },
    ],
  ])('is accepted without a warning: %s', (_name, more) => {
    const { definition, warnings } = definitionOf(more);
    expect(warnings).toEqual([]);
    expect(planRun(definition, { inputs: {}, durationsMs: new Map() }).ok).toBe(true);
    expect(definition.steps.map(({ id }) => id)).toEqual([
      'fetch',
      'plan',
      'approve',
      'apply',
      'verify',
      'record',
    ]);
  });

  test('passes a plan file on where there is one: documents have none', () => {
    const artifactsOf = (source: string) =>
      ['plan', 'apply'].map((id) => stepOf(id, { source }).artifacts);
    expect(artifactsOf('terraform')).toEqual([
      { load: ['fetch.source'], save: ['plan'] },
      { load: ['fetch.source', 'plan.plan'] },
    ]);
    expect(artifactsOf('manifests')).toEqual([
      { load: ['fetch.source'] },
      { load: ['fetch.source'] },
    ]);
  });

  test('is the same for the same fields, in whatever order', () => {
    const one = planSync(ID, GitopsSpec.parse({ ...BARE, path: 'a', source: 'opentofu' }));
    const other = planSync(ID, GitopsSpec.parse({ source: 'opentofu', path: 'a', ...BARE }));
    expect(one).toBe(other);
  });

  test('sends the credential to the step alone that reads the repository', () => {
    const more = { credential: 'token', run_on: { purpose: 'gitops' } };
    expect(stepOf('fetch', more)).toMatchObject({
      secrets: { GIT_CREDENTIAL: 'token' },
      hosts: ['git.example.com:443'],
      run_on: { purpose: 'gitops' },
    });
    expect(stepOf('fetch', more).token).toBeUndefined();
    expect(stepOf('apply', more)).toMatchObject({ token: true, run_on: { purpose: 'gitops' } });
    expect(stepOf('apply', more).secrets).toBeUndefined();
  });

  test('runs workflows around the changes, and after a failure, but in no dry run', () => {
    const more = { before_workflow: 'check', after_workflow: 'smoke', failed_workflow: 'help' };
    const { definition, warnings } = definitionOf({ ...more, environment: `\${inputs.revision}` });
    expect(warnings).toEqual([]);
    const hooks = definition.steps.filter(({ workflow }) => workflow !== undefined);
    expect(hooks.map(({ id, needs, workflow }) => ({ id, needs, workflow }))).toEqual([
      { id: 'before', needs: ['approve'], workflow: 'check' },
      { id: 'after', needs: ['record'], workflow: 'smoke' },
      { id: 'failed', needs: ['after'], workflow: 'help' },
    ]);
    expect(hooks.every(({ if: condition }) => condition?.includes('!inputs.dry_run'))).toBe(true);
    expect(hooks[0]?.with).toMatchObject({ sync: { environment: `$\${inputs.revision}` } });
    expect(stepOf('apply', more).needs).toEqual(['before']);
    // What runs is a part of what an admin authorizes.
    expect(planSync(ID, GitopsSpec.parse({ ...BARE, ...more }))).toContain('"check"');
  });

  test('keeps references in fields of people as texts', () => {
    const { env = {} } = stepOf('plan', { variables: { note: `\${inputs.revision}` } });
    expect(env.NOVACRON_GITOPS).toContain(`"note":"$\${inputs.revision}"`);
  });

  test.each([
    ['3m', '*/3 * * * *'],
    ['60m', '0 * * * *'],
  ])('asks every %s where it is automatic', (poll_every, cron) => {
    const { definition } = definitionOf({ poll_every, automatic: true });
    expect(definition.schedules).toMatchObject([{ cron, overlap: 'skip' }]);
    expect(definitionOf({ poll_every }).definition.schedules).toBeUndefined();
  });
});
