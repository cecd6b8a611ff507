import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type Installation, installForTest } from '../support/install.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const EXAMPLE = resolve(__dirname, '../../../examples/terraform/quickstart/main.tf');
const MAIN_TF = readFileSync(EXAMPLE, 'utf8');

const ENDPOINT_LINE = 'default     = "http://127.0.0.1:7480"';

describe('the quickstart, with the provider as users install it', () => {
  let system: System;
  let installation: Installation;
  let workspace: TerraformWorkspace;

  beforeAll(async () => {
    system = await startSystem();
    installation = await installForTest();
    workspace = createWorkspace(
      { kind: 'cli-config', file: installation.cliConfig },
      { TF_VAR_novacron_api_key: system.adminKey, NOVACRON_PROVIDER_CHECK: '1' },
    );
    expect(MAIN_TF).toContain(ENDPOINT_LINE);
    write(MAIN_TF.replace(ENDPOINT_LINE, `default     = "${system.url}"`));
  });
  afterAll(async () => {
    workspace.remove();
    installation.remove();
    await system.stop();
  });

  const write = (hcl: string) => writeFileSync(join(workspace.directory, 'main.tf'), hcl);

  async function succeed(...args: readonly string[]) {
    const { exitCode, output } = await workspace.run(...args);
    expect(exitCode === 0 ? '' : output).toBe('');
    return output;
  }

  test('init installs it from the mirror, and validate needs no server', async () => {
    expect(installation.lines.join('\n')).toContain(installation.cliConfig);
    const output = await succeed('init', '-input=false');
    expect(output).toMatch(/Installed novacron\/novacron v\d+\.\d+\.\d+/);
    expect(await succeed('validate')).toContain('The configuration is valid');
  });

  test('apply makes everything, and the second plan is empty', async () => {
    const applied = await succeed('apply', '-auto-approve', '-input=false');
    expect(applied).toContain('4 added, 0 changed, 0 destroyed');
    expect(applied).not.toContain('Warning');
    const [vm] = (await system.call('vm.list', {})).items;
    expect(vm).toMatchObject({
      name: 'web-server-01',
      cpu_cores: 4,
      memory_gb: 8,
      disk_gb: 100,
      status: 'running',
      metadata: { environment: 'production', tier: 'web' },
    });
    expect((await system.call('volume.list', {})).items).toMatchObject([
      { name: 'data-volume', size_gb: 500, type: 'ssd', attached_to: vm?.id },
    ]);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a saved plan of a change is applied as it was planned', async () => {
    const changed = readFileSync(join(workspace.directory, 'main.tf'), 'utf8');
    write(changed.replace('memory_gb  = 8', 'memory_gb  = 12'));
    expect(await succeed('plan', '-input=false', '-out=saved')).toContain('1 to change');
    expect(await succeed('apply', '-input=false', 'saved')).toContain('1 changed');
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('neither the log nor the state repeats the key', async () => {
    const { output } = await workspace.run('plan', '-input=false', '-no-color');
    expect(output).not.toContain(system.adminKey);
    const traced = createWorkspace(
      { kind: 'cli-config', file: installation.cliConfig },
      {
        TF_LOG: 'trace',
        NOVACRON_ENDPOINT: system.url,
        NOVACRON_API_KEY: system.adminKey,
      },
    );
    traced.configure('resource "novacron_network" "n" {\n  name = "n"\n  cidr = "10.8.0.0/24"\n}');
    await traced.run('init', '-input=false');
    const planned = await traced.run('plan', '-input=false', '-out=saved');
    expect(planned.output).toContain('[TRACE]');
    const applied = await traced.run('apply', '-input=false', 'saved');
    expect(applied).toMatchObject({ exitCode: 0 });
    const files = [
      planned.output,
      applied.output,
      ...readZip(join(traced.directory, 'saved')),
      readFileSync(join(traced.directory, 'terraform.tfstate'), 'utf8'),
      readFileSync(join(workspace.directory, 'terraform.tfstate'), 'utf8'),
    ];
    for (const text of files) expect(text.includes(system.adminKey)).toBe(false);
    const gone = await traced.run('destroy', '-auto-approve', '-input=false');
    expect(gone.output).not.toContain(system.adminKey);
    traced.remove();
  });

  test('every attribute of every schema is described', async () => {
    const { provider_schemas: byAddress } = JSON.parse(
      await succeed('providers', 'schema', '-json'),
    );
    const [schema] = Object.values(byAddress) as ProviderSchemas[];
    const blocks = [
      ['provider', schema?.provider] as const,
      ...Object.entries(schema?.resource_schemas ?? {}),
      ...Object.entries(schema?.data_source_schemas ?? {}),
    ];
    expect(blocks.map(([name]) => name)).toContain('novacron_storage');
    const silent = blocks.flatMap(([name, found]) =>
      Object.entries(found?.block.attributes ?? {})
        .filter(([, { description }]) => (description ?? '').length < 5)
        .map(([attribute]) => `${name}.${attribute}`),
    );
    expect(silent).toEqual([]);
  });

  test('destroy removes everything, the policy that only admits admins included', async () => {
    const output = await succeed('destroy', '-auto-approve', '-input=false');
    expect(output).toContain('4 destroyed');
    for (const noun of ['vm', 'network', 'volume', 'policy'] as const) {
      expect((await system.call(`${noun}.list`, {})).items).toEqual([]);
    }
  });

  test('another build of one version is refused until the lock file is deleted', async () => {
    for (const file of findFiles(installation.mirror, /terraform-provider-novacron_v/)) {
      appendFileSync(file, '\n');
    }
    const refused = await workspace.run('plan', '-input=false');
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toMatch(/checksum/);
    const upgraded = await workspace.run('init', '-input=false', '-upgrade');
    expect(upgraded).toMatchObject({ exitCode: 1 });
    rmSync(join(workspace.directory, '.terraform.lock.hcl'));
    await succeed('init', '-input=false');
    expect((await workspace.run('plan', '-input=false')).output).toContain('4 to add');
  });
});

interface BlockSchema {
  readonly block: {
    readonly attributes?: Readonly<Record<string, { readonly description?: string }>>;
  };
}

interface ProviderSchemas {
  readonly provider: BlockSchema;
  readonly resource_schemas: Readonly<Record<string, BlockSchema>>;
  readonly data_source_schemas: Readonly<Record<string, BlockSchema>>;
}

function findFiles(directory: string, name: RegExp): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The texts in a zip archive, from its central directory (APPNOTE.TXT, 4.3.12). */
function readZip(file: string): string[] {
  const zip = readFileSync(file);
  const texts: string[] = [];
  let at = zip.indexOf('PK\u0001\u0002', 0, 'latin1');
  while (at !== -1) {
    const size = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + size);
    texts.push((zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)).toString());
    at = zip.indexOf('PK\u0001\u0002', at + 46, 'latin1');
  }
  return texts;
}
