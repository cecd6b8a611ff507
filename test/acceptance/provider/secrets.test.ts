/** Nothing secret is in the state, in the plan file or in the most talkative log of a run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';

jest.setTimeout(60_000);

/** A signed token, in whatever text it stands. */
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/;

const HCL = `
variable "key" {
  ephemeral = true
}
provider "novacron" {
  api_key = var.key
}
ephemeral "novacron_token" "t" {}
provider "novacron" {
  alias   = "brief"
  api_key = ephemeral.novacron_token.t.token
}
resource "novacron_network" "n" {
  provider = novacron.brief
  name     = "quiet"
  cidr     = "10.44.0.0/24"
}
resource "novacron_vm" "v" {
  name       = "quiet"
  cpu_cores  = 1
  memory_gb  = 1
  disk_gb    = 5
  network_id = novacron_network.n.id
}
`;

describe('a run from plan to destroy', () => {
  let novacron: RunningNovacron;
  let workspace: TerraformWorkspace;

  beforeAll(async () => {
    novacron = await startNovacron();
    // A process of its own, so that Terraform's log has what the provider logs.
    const directory = resolve(__dirname, '../../../provider/dist');
    workspace = createWorkspace(
      { kind: 'dev-override', directory },
      {
        NOVACRON_ENDPOINT: novacron.url,
        TF_VAR_key: novacron.adminKey,
        TF_LOG: 'trace',
        TF_LOG_PATH: 'trace.log',
      },
    );
    workspace.configure(HCL);
  });
  afterAll(async () => {
    workspace.remove();
    await novacron.stop();
  });

  test('leaves no secret behind', async () => {
    const seen: string[] = [];
    for (const args of [
      ['plan', '-out=plan.out'],
      ['show', '-json', 'plan.out'],
      ['apply', 'plan.out'],
      ['destroy', '-auto-approve'],
    ]) {
      const { exitCode, output } = await workspace.run(...args);
      expect(exitCode === 0 ? '' : output).toBe('');
      seen.push(output);
    }
    const files = readdirSync(workspace.directory).filter((name) => name !== '.terraform');
    expect(files).toEqual(
      expect.arrayContaining(['plan.out', 'terraform.tfstate', 'terraform.tfstate.backup']),
    );
    const log = readFileSync(join(workspace.directory, 'trace.log'), 'utf8');
    // The log is the real one: it has the provider's own lines.
    expect(log).toContain('The trace of this configuration');
    const kept = files.flatMap((name) => readAll(join(workspace.directory, name)));
    for (const text of [...seen, ...kept]) {
      expect(text.includes(novacron.adminKey)).toBe(false);
      expect(TOKEN.exec(text)?.[0]).toBeUndefined();
    }
  });
});

/** Begins each file in a zip (APPNOTE.TXT, section 4.3.7). */
const ZIP_ENTRY = Buffer.from('PK\x03\x04', 'latin1');
const ZIP_HEADER_BYTES = 30;

/** A file as text; of a zip, which a plan is, the files within it as well. */
function readAll(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const texts = [bytes.toString('latin1')];
  for (
    let at = bytes.indexOf(ZIP_ENTRY);
    at === 0 || at > 0;
    at = bytes.indexOf(ZIP_ENTRY, at + 1)
  ) {
    const nameBytes = bytes.readUInt16LE(at + 26);
    const extraBytes = bytes.readUInt16LE(at + 28);
    const content = bytes.subarray(at + ZIP_HEADER_BYTES + nameBytes + extraBytes);
    texts.push(inflateRawSync(content).toString('latin1'));
  }
  return texts;
}
