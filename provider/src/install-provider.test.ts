import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listPlatforms } from './install/list-platforms.ts';
import { formatCliConfig } from './install/write-cli-config.ts';
import { writeMirror } from './install/write-mirror.ts';
import { installProvider } from './install-provider.ts';

const SOURCE = 'novacron/novacron';

describe('installing the provider', () => {
  let directory: string;
  let home: string | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-install-'));
    home = process.env.HOME;
    process.env.HOME = join(directory, 'home');
  });
  afterEach(() => {
    process.env.HOME = home;
    rmSync(directory, { recursive: true, force: true });
  });

  const inside = (name: string) => join(directory, name);

  const filesIn = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();

  async function install(request: Parameters<typeof installProvider>[0]) {
    const installed = await installProvider(request);
    if (!installed.ok) throw new Error(installed.error.detail);
    return installed.value.lines.join('\n');
  }

  test('without flags it goes where Terraform always looks', async () => {
    const lines = await install({});
    const mirror = inside('home/.terraform.d/plugins');
    expect(lines).toContain(`Installed ${SOURCE} 0.1.0 in ${mirror}.`);
    expect(lines).toContain('Terraform reads this folder by default');
    expect(lines).toContain('delete that file');
    expect(filesIn(inside('home')).length).toBeGreaterThan(0);
  });

  test('the mirror has one executable a platform, and the scope of its module', async () => {
    await install({ dir: inside('mirror') });
    const files = filesIn(inside('mirror'));
    const { value: platforms } = listPlatforms(process) as { value: readonly string[] };
    expect(files.map((file) => file.split('/').slice(1))).toEqual(
      [...platforms]
        .sort()
        .flatMap((name) =>
          ['package.json', 'terraform-provider-novacron_v0.1.0'].map((file) => [
            ...SOURCE.split('/'),
            '0.1.0',
            name,
            file,
          ]),
        ),
    );
    for (const file of files) {
      const mode = file.endsWith('package.json') ? 0o644 : 0o755;
      expect(statSync(join(inside('mirror'), file)).mode & 0o777).toBe(mode);
    }
  });

  test('with a directory only it prints the block for the user to put in', async () => {
    const lines = await install({ dir: inside('mirror') });
    expect(lines).toContain(`path    = "${inside('mirror')}"`);
    expect(lines).toContain('include = ["novacron/novacron"]');
    expect(lines).toContain('exclude = ["novacron/novacron"]');
  });

  test('a CLI configuration is written, and written again', async () => {
    const request = { dir: inside('mirror'), cliConfig: inside('deep/novacron.tfrc') };
    const lines = await install(request);
    expect(lines).toContain(`export TF_CLI_CONFIG_FILE=${request.cliConfig}`);
    expect(readFileSync(request.cliConfig, 'utf8')).toBe(formatCliConfig(SOURCE, request.dir));
    const moved = { ...request, dir: inside('other') };
    expect(await install(moved)).toContain('Installed');
    expect(readFileSync(request.cliConfig, 'utf8')).toBe(formatCliConfig(SOURCE, moved.dir));
    expect(readdirSync(inside('deep'))).toEqual(['novacron.tfrc']);
  });

  test('doing it twice leaves the files alone and says so', async () => {
    const request = { dir: inside('mirror') };
    await install(request);
    const [file = ''] = filesIn(request.dir);
    const path = join(request.dir, file);
    utimesSync(path, 1, 1);
    expect(await install(request)).toContain(`is in ${request.dir} already`);
    expect(statSync(path).mtimeMs).toBe(1000);
  });

  test('another build of the same version replaces the file in one step', async () => {
    const request = { dir: inside('mirror') };
    await install(request);
    const [file = ''] = filesIn(request.dir);
    writeFileSync(join(request.dir, file), 'an older build');
    const before = statSync(join(request.dir, file)).ino;
    expect(await install(request)).toContain('with another build of the same version');
    expect(statSync(join(request.dir, file)).ino).not.toBe(before);
    expect(readdirSync(request.dir)).toHaveLength(1);
  });

  test.each(['', '\n'])('an empty CLI configuration may be filled', async (text) => {
    writeFileSync(inside('rc'), text);
    await install({ dir: inside('mirror'), cliConfig: inside('rc') });
    expect(readFileSync(inside('rc'), 'utf8')).toContain('filesystem_mirror');
  });

  test("a user's own CLI configuration is left unchanged, and nothing is installed", async () => {
    writeFileSync(inside('rc'), 'plugin_cache_dir = "/cache"\n');
    const refused = await installProvider({ dir: inside('mirror'), cliConfig: inside('rc') });
    expect(refused).toMatchObject({
      ok: false,
      error: {
        code: 'validation-failed',
        detail: expect.stringContaining('has other settings'),
        remedy: expect.stringContaining('filesystem_mirror'),
      },
    });
    expect(readFileSync(inside('rc'), 'utf8')).toBe('plugin_cache_dir = "/cache"\n');
    expect(readdirSync(directory)).toEqual(['rc']);
  });

  test('a mirror that cannot be written is a problem with a way out', async () => {
    writeFileSync(inside('file'), '');
    expect(await installProvider({ dir: inside('file') })).toMatchObject({
      ok: false,
      error: { code: 'unavailable', remedy: expect.stringContaining('--dir') },
    });
  });

  test('a mirror keeps the other providers and versions in it', () => {
    const content = { source: SOURCE, platforms: ['linux_amd64'], executable: Buffer.from('x') };
    expect(writeMirror(inside('m'), { ...content, version: '1.0.0' })).toEqual({ kind: 'added' });
    expect(writeMirror(inside('m'), { ...content, version: '1.1.0' })).toEqual({ kind: 'added' });
    expect(filesIn(inside('m'))).toHaveLength(4);
  });
});

describe('platforms', () => {
  test.each([
    ['linux', 'x64', 'linux_amd64'],
    ['darwin', 'arm64', 'darwin_arm64'],
    ['freebsd', 'x64', 'freebsd_amd64'],
    ['linux', 'ia32', 'linux_386'],
  ])('%s on %s is %s and comes first', (platform, arch, first) => {
    const found = listPlatforms({ platform, arch });
    expect(found.ok && found.value[0]).toBe(first);
    expect(found.ok && new Set(found.value).size).toBe(found.ok && found.value.length);
  });

  test.each([
    ['win32', 'x64'],
    ['linux', 'mips'],
  ])('%s on %s cannot run it, and the problem says what can', (platform, arch) => {
    expect(listPlatforms({ platform, arch })).toMatchObject({
      ok: false,
      error: { code: 'validation-failed', remedy: expect.stringContaining('Linux or macOS') },
    });
  });
});
