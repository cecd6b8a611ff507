import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
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

/** The mocks that users copy, as the guide about tests says. */
const MOCKS = resolve(__dirname, '../../../provider/mocks');
const GUIDE = '../../../docs/provider/guides/testing.md';
const MOCKED = 'mock_provider "novacron" {\n  source = "./mocks"\n}\n\nrun "all" {}\n';

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

  test('of the guide about tests give resources ids that others accept', async () => {
    const workspace = await prepare('vm');
    const guide = readFileSync(resolve(__dirname, GUIDE), 'utf8');
    const blocks = [...guide.matchAll(/^```terraform\n(.*?)^```$/gms)].map(([, block]) => block);
    const [block = ''] = blocks.filter((each) => each?.includes('source = "./mocks"'));
    cpSync(MOCKS, join(workspace.directory, 'mocks'), { recursive: true });
    writeFileSync(join(workspace.directory, 'guide.tftest.hcl'), block);
    const output = await succeed(workspace, 'test', '-filter=guide.tftest.hcl');
    expect(output).toContain('Success! 1 passed, 0 failed');
    await succeed(workspace, 'fmt', '-check', '-recursive');
    writeFileSync(
      join(workspace.directory, 'bare.tftest.hcl'),
      MOCKED.replace(/ .*source.*\n/, ''),
    );
    const { output: refused } = await workspace.run('test', '-filter=bare.tftest.hcl');
    expect(refused).toContain('must be the id of a template: tpl_…');
    workspace.remove();
  });

  test.each(ALONE.filter((name) => !EPHEMERAL.includes(name)))(
    'stand in for all of %s',
    async (name) => {
      const workspace = await prepare(name);
      cpSync(MOCKS, join(workspace.directory, 'mocks'), { recursive: true });
      writeFileSync(join(workspace.directory, 'all.tftest.hcl'), MOCKED);
      const output = await succeed(workspace, 'test', '-filter=all.tftest.hcl');
      expect(output).toContain('Success! 1 passed, 0 failed');
      workspace.remove();
    },
  );
});
