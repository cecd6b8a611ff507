/** Two resources that say the same, in one configuration or in two, with Terraform's own starts. */
import { dirname, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const EXECUTABLE = resolve(__dirname, '../../../provider/dist/terraform-provider-novacron');

const group = (more: string) => `
resource "novacron_security_group" "web" {
  name = "web"
  ${more}
}
`;

describe('two resources that say the same', () => {
  let system: System;
  const workspaces: TerraformWorkspace[] = [];

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(async () => {
    for (const workspace of workspaces.splice(0)) workspace.remove();
    await system.clear();
  });
  afterAll(() => system.stop());

  /** Terraform starts and dismisses the provider itself. */
  function workspace(): TerraformWorkspace {
    const access = { kind: 'dev-override', directory: dirname(EXECUTABLE) } as const;
    const env = { NOVACRON_ENDPOINT: system.url, NOVACRON_API_KEY: system.adminKey };
    const made = createWorkspace(access, env);
    workspaces.push(made);
    return made;
  }

  const names = async () =>
    (await system.call('security_group.list', {})).items.map(({ name }) => name);

  test('are an error of the plan, where one configuration has them', async () => {
    const both = system.workspace();
    both.configure(group('count = 2'));
    const { exitCode, diagnostics } = await diagnosePlan(both);
    expect({ exitCode, diagnostics }).toMatchObject({
      exitCode: 1,
      diagnostics: [
        {
          summary: 'Duplicate name: create novacron_security_group "web"',
          code: 'name = "web"',
        },
      ],
    });
  });

  test('are not imported from one thing by two blocks', async () => {
    const { resource } = await system.call('security_group.create', { name: 'old' });
    const own = system.workspace();
    const block = (name: string, id: string) => `
import {
  to = novacron_security_group.${name}
  id = "${id}"
}
resource "novacron_security_group" "${name}" {
  name = "old"
}
`;
    own.configure(block('a', resource.id));
    expect(await diagnosePlan(own)).toMatchObject({ diagnostics: [] });
    own.configure(block('a', resource.id) + block('b', 'old'));
    const { exitCode, diagnostics } = await diagnosePlan(own);
    expect({ exitCode, diagnostics }).toMatchObject({
      exitCode: 1,
      diagnostics: [
        { summary: expect.stringMatching(/^Duplicate import: import novacron_security_group/) },
      ],
    });
    own.configure(block('a', resource.id));
    expect(await diagnoseApply(own)).toMatchObject({ exitCode: 0, diagnostics: [] });
    // The old address would end what the new one takes over, or both would hold it.
    const kept = block('a', resource.id).replace(/^import.*?^}$/ms, '');
    for (const more of ['', kept]) {
      own.configure(more + block('b', 'old'));
      const held = await diagnosePlan(own);
      expect(held).toMatchObject({ exitCode: 1 });
      expect(held.diagnostics).toMatchObject([
        {
          summary: expect.stringMatching(/^Already managed at another address: (read|import) /),
        },
      ]);
    }
    const left =
      'removed {\n  from = novacron_security_group.a\n  lifecycle { destroy = false }\n}\n';
    own.configure(left + block('b', 'old'));
    expect(await own.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(own)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('are one thing only for the state that has made it first', async () => {
    const [first, second] = [workspace(), workspace()];
    first.configure(group(''));
    second.configure(group(''));
    expect(await diagnoseApply(first)).toMatchObject({ exitCode: 0 });
    const { exitCode, diagnostics } = await diagnosePlan(second);
    const error = diagnostics.find(({ severity }) => severity === 'error');
    expect({ exitCode, error }).toMatchObject({
      exitCode: 1,
      error: {
        summary: 'The name is taken: create novacron_security_group "web"',
        detail: expect.stringMatching(/terraform import novacron_security_group\.NAME sg_/),
      },
    });
    expect(await diagnosePlan(first)).toMatchObject({ exitCode: 0 });
  });

  test("are in each other's way with create_before_destroy, which the apply tells", async () => {
    const own = workspace();
    const guarded = group('lifecycle { create_before_destroy = true }');
    own.configure(guarded);
    expect(await diagnoseApply(own)).toMatchObject({ exitCode: 0 });
    const replaced = await diagnoseApply(own, '-replace=novacron_security_group.web');
    const error = replaced.diagnostics.find(({ severity }) => severity === 'error');
    expect(error).toMatchObject({
      summary: 'The name is taken: create novacron_security_group "web"',
      detail: expect.stringMatching(/remove create_before_destroy\.$/),
    });
    expect(await names()).toEqual(['web']);
  });
});
