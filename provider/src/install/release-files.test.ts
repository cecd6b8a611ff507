import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listZip } from '../../../test/support/services/list-zip.ts';
import { createWorkspace } from '../test-kit/terraform-workspace.ts';
import { MODULE_SCOPE } from './module-scope.ts';
import { releaseFiles } from './release-files.ts';
import { formatInstallation } from './write-cli-config.ts';
import { writeMirror } from './write-mirror.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/terraform-provider-novacron');

describe('the files of a release', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-release-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const release = (executable: Buffer) => releaseFiles({ version: '1.2.3', executable });

  test('are named as registries expect them, and the same bytes every time', () => {
    const files = release(Buffer.from('#!/bin/sh\n'));
    expect([...files.keys()]).toEqual([
      'terraform-provider-novacron_1.2.3_linux_amd64.zip',
      'terraform-provider-novacron_1.2.3_linux_arm64.zip',
      'terraform-provider-novacron_1.2.3_darwin_amd64.zip',
      'terraform-provider-novacron_1.2.3_darwin_arm64.zip',
      'terraform-provider-novacron_1.2.3_manifest.json',
      'terraform-provider-novacron_1.2.3_SHA256SUMS',
    ]);
    expect(release(Buffer.from('#!/bin/sh\n'))).toEqual(files);
    const manifest = files.get('terraform-provider-novacron_1.2.3_manifest.json');
    expect(JSON.parse(String(manifest))).toEqual({
      version: 1,
      metadata: { protocol_versions: ['6.0'] },
    });
  });

  test('are summed up, each but the sums', () => {
    const files = release(Buffer.from('x'));
    const lines = String(files.get('terraform-provider-novacron_1.2.3_SHA256SUMS'))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(files.size - 1);
    for (const line of lines) {
      const [sum, name = ''] = line.split('  ');
      const content = files.get(name) ?? Buffer.alloc(0);
      expect(sum).toBe(createHash('sha256').update(content).digest('hex'));
    }
  });

  test('unpack to the executable and its scope, with their permissions', () => {
    const executable = Buffer.from('#!/bin/sh\necho started\n'.repeat(1_000));
    const [[name = '', zip = Buffer.alloc(0)] = []] = release(executable);
    writeFileSync(join(directory, name), zip);
    expect(listZip(join(directory, name))).toEqual([
      ['package.json', 0o100644, MODULE_SCOPE.content.length],
      ['terraform-provider-novacron_v1.2.3', 0o100755, executable.length],
    ]);
  });

  test('are installed from a packed mirror, with the checksum of an unpacked one', async () => {
    const locks: string[] = [];
    for (const form of ['packed', 'unpacked']) {
      const mirror = join(directory, form);
      const executable = readFileSync(BUNDLE);
      const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
      const content = { source: 'novacron/novacron', version: '1.2.3', platforms: [platform] };
      writeMirror(mirror, { ...content, executable });
      if (form === 'packed') {
        const folder = join(mirror, 'registry.terraform.io/novacron/novacron');
        rmSync(join(folder, '1.2.3'), { recursive: true });
        const name = `terraform-provider-novacron_1.2.3_${platform}.zip`;
        writeFileSync(join(folder, name), release(executable).get(name) ?? '');
      }
      const cliConfig = join(directory, `${form}.tfrc`);
      writeFileSync(cliConfig, formatInstallation('novacron/novacron', mirror));
      const workspace = createWorkspace({ kind: 'cli-config', file: cliConfig });
      workspace.configure('');
      // As in a CDKTF project: Node would take the program for a module by this file.
      writeFileSync(join(workspace.directory, 'package.json'), '{ "type": "module" }\n');
      const { exitCode, output } = await workspace.run('init', '-input=false');
      expect(exitCode === 0 ? '' : output).toBe('');
      const lock = readFileSync(join(workspace.directory, '.terraform.lock.hcl'), 'utf8');
      locks.push(/"(h1:[^"]+)"/.exec(lock)?.[1] ?? 'none');
      expect(await workspace.run('validate')).toMatchObject({ exitCode: 0 });
      workspace.remove();
    }
    expect(locks[0]).toMatch(/^h1:/);
    expect(locks[1]).toBe(locks[0]);
  }, 60_000);
});
