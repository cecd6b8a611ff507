import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ADMINISTRATIVE_TYPES } from '../../../provider/src/administration/administrative-types.ts';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import { RESOURCE_KINDS_BY_TYPE } from '../../../provider/src/fields/resource-kinds.ts';
import { startProvider } from '../../../provider/src/test-kit/start-provider.ts';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const EXAMPLES = resolve(__dirname, '../../../examples/terraform');
const NAMES = readdirSync(EXAMPLES).sort();

/** Prefixes of resource IDs. */
const PREFIXES = 'vm vmg net sg vol snap tpl pol orc ssh tnt role rsv pwv pdat wf'.split(' ');

/** Terraform mocks no ephemeral resource, and these need a server. */
const EPHEMERAL = ['token', 'api-key'];

/** Those that look up what their test makes first cannot be applied alone. */
const ALONE = NAMES.filter((name) => !existsSync(join(EXAMPLES, name, 'setup')));

function copyExample(name: string, workspace: TerraformWorkspace): void {
  cpSync(join(EXAMPLES, name), workspace.directory, { recursive: true });
}

async function succeed(workspace: TerraformWorkspace, ...args: readonly string[]) {
  const { exitCode, output } = await workspace.run(...args);
  expect(exitCode === 0 ? '' : output).toBe('');
  return output;
}

test('every example has a test, a README and the format of terraform fmt', async () => {
  for (const name of NAMES) {
    const files = readdirSync(join(EXAMPLES, name));
    expect(files).toContain('README.md');
    expect(files).toContain('main.tf');
    expect(files).toContain(`${name}.tftest.hcl`);
  }
  const workspace = createWorkspace({ kind: 'reattach', reattachProviders: '{}' });
  await succeed(workspace, 'fmt', '-check', '-recursive', EXAMPLES);
  workspace.remove();
});

describe('the examples, on a server', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  /** The token's example configures a provider by the environment. */
  function prepare(name: string): TerraformWorkspace {
    const workspace = system.workspace({
      TF_VAR_novacron_endpoint: system.url,
      TF_VAR_novacron_api_key: system.adminKey,
    });
    copyExample(name, workspace);
    return workspace;
  }

  test.each(NAMES)('%s passes its own test, which leaves nothing', async (name) => {
    const workspace = prepare(name);
    await succeed(workspace, 'init', '-input=false');
    expect(await succeed(workspace, 'test')).toMatch(/Success! \d+ passed, 0 failed/);
    for (const noun of [
      'vm',
      'network',
      'volume',
      'snapshot',
      'policy',
      'orchestration_policy',
    ] as const) {
      expect((await system.call(`${noun}.list`, {})).items).toEqual([]);
    }
  });

  test.each(ALONE)('%s is applied, plans nothing then, and is destroyed', async (name) => {
    const workspace = prepare(name);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    await succeed(workspace, 'destroy', '-auto-approve', '-input=false');
  });
});

describe('mocks of Terraform', () => {
  let provider: Awaited<ReturnType<typeof startProvider>>;

  beforeAll(async () => {
    provider = await startProvider(createNovacronProvider({}));
  });
  afterAll(() => provider.close());

  /** A copy of an example, with neither a server nor a key. */
  async function prepare(name: string) {
    const { reattachProviders } = provider;
    const access = { kind: 'reattach', reattachProviders } as const;
    const workspace = createWorkspace(access, { TF_VAR_novacron_api_key: 'mocked' });
    copyExample(name, workspace);
    await succeed(workspace, 'init', '-input=false');
    return workspace;
  }

  test('need neither a server nor a key', async () => {
    const workspace = await prepare('vm');
    const output = await succeed(workspace, 'test', '-filter=mocked.tftest.hcl');
    expect(output).toContain('Success! 1 passed, 0 failed');
    workspace.remove();
  });

  test.each(ALONE.filter((name) => !EPHEMERAL.includes(name)))(
    'stand in for all of %s',
    async (name) => {
      const workspace = await prepare(name);
      writeFileSync(join(workspace.directory, 'all.tftest.hcl'), mockAll());
      const output = await succeed(workspace, 'test', '-filter=all.tftest.hcl');
      expect(output).toContain('Success! 1 passed, 0 failed');
      workspace.remove();
    },
  );
});

/**
 * Mocks the IDs: the values that Terraform makes up are invalid, and the provider validates the IDs
 * in arguments.
 */
function mockAll(): string {
  const types = { ...RESOURCE_KINDS_BY_TYPE, ...ADMINISTRATIVE_TYPES };
  const resources = Object.entries(types).map(([type, { id }]) => {
    const example = PREFIXES.map((prefix) => `${prefix}_01jd3v6t7re3h8z9k2m4n5p6q7`);
    const fitting = example.find((each) => id.safeParse(each).success);
    return ['resource', 'data'].map(
      (what) => `  mock_${what} "${type}" {\n    defaults = { id = "${fitting}" }\n  }\n`,
    );
  });
  const clean = '  mock_data "novacron_drift_report" {\n    defaults = { clean = true }\n  }\n';
  const mocked = [...resources.flat(), clean].join('');
  return `mock_provider "novacron" {\n${mocked}}\n\nrun "all" {}\n`;
}
