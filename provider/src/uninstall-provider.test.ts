import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeMirror } from './install/write-mirror.ts';
import { installProvider } from './install-provider.ts';
import { type UninstallRequest, uninstallProvider } from './uninstall-provider.ts';

describe('uninstalling the provider', () => {
  let directory: string;
  let home: string | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-uninstall-'));
    home = process.env.HOME;
    process.env.HOME = join(directory, 'home');
  });
  afterEach(() => {
    process.env.HOME = home;
    rmSync(directory, { recursive: true, force: true });
  });

  const inside = (name: string) => join(directory, name);

  async function uninstall(request: Partial<UninstallRequest> = {}) {
    const done = await uninstallProvider({ versions: 'this', ...request });
    if (!done.ok) throw new Error(done.error.detail);
    return done.value.lines.join('\n');
  }

  test('takes back what the install did, once and again', async () => {
    await installProvider({});
    const mirror = inside('home/.terraform.d/plugins');
    expect(await uninstall()).toBe(`Removed novacron/novacron 0.1.0 from ${mirror}.`);
    expect(readdirSync(mirror)).toEqual([]);
    expect(await uninstall()).toBe(`novacron/novacron 0.1.0 is not in ${mirror}.`);
  });

  test('removes the CLI configuration that the install wrote', async () => {
    const places = { dir: inside('mirror'), cliConfig: inside('novacron.tfrc') };
    await installProvider(places);
    expect(await uninstall(places)).toContain(`Removed ${places.cliConfig}; unset TF_CLI_CONFIG`);
    expect(existsSync(places.cliConfig)).toBe(false);
    expect(await uninstall(places)).toContain(`There is no ${places.cliConfig}.`);
  });

  test("leaves a user's own CLI configuration, and says so", async () => {
    writeFileSync(inside('rc'), 'plugin_cache_dir = "/cache"\n');
    expect(await uninstall({ cliConfig: inside('rc') })).toContain('which novacron did not write');
    expect(existsSync(inside('rc'))).toBe(true);
  });

  test('leaves other versions and other providers, unless all versions are meant', async () => {
    const content = { platforms: ['linux_amd64'], executable: Buffer.from('x') };
    const dir = inside('m');
    writeMirror(dir, { ...content, source: 'novacron/novacron', version: '0.0.9' });
    writeMirror(dir, { ...content, source: 'novacron/novacron', version: '0.1.0' });
    writeMirror(dir, { ...content, source: 'else/else', version: '0.1.0' });
    expect(await uninstall({ dir })).toBe(`Removed novacron/novacron 0.1.0 from ${dir}.`);
    expect(await uninstall({ dir, versions: 'all' })).toContain('Removed novacron/novacron 0.0.9');
    expect(readdirSync(join(dir, 'registry.terraform.io'))).toEqual(['else']);
    expect(await uninstall({ dir, versions: 'all' })).toBe(`novacron/novacron is not in ${dir}.`);
  });

  test('a mirror that is none is a problem with a way out', async () => {
    const place = inside('m/registry.terraform.io/novacron');
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'novacron'), 'a file');
    expect(await uninstallProvider({ dir: inside('m'), versions: 'all' })).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        detail: expect.stringContaining('The provider cannot be uninstalled'),
        remedy: expect.stringContaining('--dir'),
      },
    });
  });
});
