/** The provider as a program of its own, where there is no Node. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { createWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';

jest.setTimeout(90_000);

const ROOT = resolve(__dirname, '../../..');

/** Returns the folder of a program. */
function placeOf(name: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const folder = folders.find((each) => {
    try {
      return readdirSync(each).includes(name);
    } catch {
      return false;
    }
  });
  return join(folder ?? '', name);
}

test('the standalone provider works for Terraform without Node on the PATH', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-alone-'));
  const [outdir, path] = [join(directory, 'out'), join(directory, 'path')];
  mkdirSync(path);
  symlinkSync(placeOf('terraform'), join(path, 'terraform'));
  const build = join(ROOT, 'provider/build/standalone.mjs');
  const reported = execFileSync(process.execPath, [build, '--outdir', outdir], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  renameSync(reported.trim().split('\n').at(-1) ?? '', join(outdir, 'terraform-provider-novacron'));
  const workspace = createWorkspace({ kind: 'dev-override', directory: outdir }, { PATH: path });
  try {
    workspace.configure('output "size" {\n  value = provider::novacron::parse_size("512MiB")\n}');
    const { exitCode, output } = await workspace.plan();
    expect(output).toMatch(/size += 0\.5/);
    expect(exitCode).toBe(2);
  } finally {
    workspace.remove();
    rmSync(directory, { recursive: true, force: true });
  }
});
