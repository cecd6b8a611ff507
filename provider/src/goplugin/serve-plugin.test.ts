import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createWorkspace, type TerraformWorkspace } from '../test-kit/terraform-workspace.ts';

const runFile = promisify(execFile);
const BUNDLE_SCRIPT = resolve(__dirname, '../../build/bundle.mjs');
const TOY_MAIN = resolve(__dirname, '../test-kit/toy-main.ts');

describe('the bundled provider as a process', () => {
  let directory: string;
  let executable: string;
  let sockets: string;
  let workspace: TerraformWorkspace;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-bundle-'));
    executable = join(directory, 'terraform-provider-novacron');
    sockets = join(directory, 'sockets');
    mkdirSync(sockets);
    const args = [BUNDLE_SCRIPT, '--entry', TOY_MAIN, '--outfile', executable];
    await runFile(process.execPath, args);
    workspace = createWorkspace(
      { kind: 'dev-override', directory },
      { TF_LOG_PROVIDER: 'trace', PLUGIN_UNIX_SOCKET_DIR: sockets },
    );
  });

  afterAll(() => {
    workspace.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  test('Terraform starts it, talks over TLS, sees its log, and no socket remains', async () => {
    workspace.configure('resource "novacron_box" "a" {\n  name = "a"\n}');
    const { exitCode, output } = await workspace.apply();
    expect(exitCode === 0 ? '' : output).toBe('');
    expect(output).toContain('1 added');
    expect(output).toMatch(/\[TRACE\] +provider.*call answered: .*call=ApplyResourceChange/);
    expect(readdirSync(sockets)).toEqual([]);
  });

  test('a crash outside the handlers reaches the user with its stack', async () => {
    workspace.configure('resource "novacron_box" "b" {\n  name = "bomb"\n}');
    const { exitCode, output } = await workspace.apply();
    expect(exitCode).toBe(1);
    expect(output).toMatch(/Stack trace from the terraform-provider-novacron plugin/);
    expect(output).toContain('panic: boom outside the handler');
    expect(readdirSync(sockets)).toEqual([]);
  });

  test('started by hand it explains itself and exits with 1', async () => {
    await expect(runFile(executable, [])).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('This program is a Terraform provider'),
    });
  });

  test('with --debug it prints how to attach, and ^C removes its socket', async () => {
    const child = spawn(executable, ['--debug'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [chunk] = await once(child.stdout, 'data');
    const [, json = ''] = /TF_REATTACH_PROVIDERS='(.*)'/.exec(String(chunk)) ?? [];
    const socketPath: string = JSON.parse(json)['novacron/novacron'].Addr.String;
    expect(existsSync(socketPath)).toBe(true);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(socketPath)).toBe(false);
  });
});
