/**
 * Writes a release from what `make package` wrote: npm packages, provider, Debian packages and the
 * context of the image, with a list of contents and checksums, and all of it in one archive.
 *
 *   node server/deploy/release/make-release.mjs [--directory build/out/release] [--key-file FILE]
 *
 * The time of all files is that of the commit, or SOURCE_DATE_EPOCH.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackages } from '../packages/build-packages.mjs';
import { signFiles } from './sign-files.mjs';
import { stagePrograms } from './stage-programs.mjs';
import { findRefusedLicenses, makeSbom } from './write-sbom.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const SUMS = 'SHA256SUMS';

const { values: options } = parseArgs({
  options: {
    directory: { type: 'string', default: join(ROOT, 'build/out/release') },
    'key-file': { type: 'string' },
  },
});
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const name = `novacron-${version}`;
const release = { version, madeAt: new Date(readEpoch() * 1_000) };

process.exitCode = makeRelease(resolve(options.directory), options['key-file']);

function makeRelease(directory, keyFile) {
  const sbom = makeSbom(release);
  const refused = findRefusedLicenses(sbom);
  if (refused.length > 0) {
    const list = refused.map((line) => `\n  ${line}`).join('');
    process.stderr.write(`Cannot release: licenses of these packages are not allowed:${list}\n`);
    return 1;
  }
  rmSync(directory, { recursive: true, force: true });
  const home = join(directory, name);
  mkdirSync(home, { recursive: true });
  const sbomFile = join(home, 'sbom.cdx.json');
  writeFileSync(sbomFile, `${JSON.stringify(sbom, null, 2)}\n`);
  collectFiles(home, sbomFile);
  const provider = join(home, 'provider', `terraform-provider-novacron_${version}_${SUMS}`);
  const sums = join(home, SUMS);
  const publicKey = join(directory, 'release-key.gpg');
  if (keyFile !== undefined) signFiles({ keyFile, files: [provider], publicKey });
  writeFileSync(sums, listSums(home));
  if (keyFile !== undefined) signFiles({ keyFile, files: [sums], publicKey });
  archive({ from: directory, entry: name, to: join(directory, `${name}.tar`) });
  writeFileSync(join(directory, `${name}.tar.sha256`), sumOf(directory, `${name}.tar`));
  const signed = keyFile === undefined ? 'unsigned: no RELEASE_KEY_FILE' : `signed: ${publicKey}`;
  process.stdout.write(`${home}\n${home}.tar\n${signed}\n`);
  return 0;
}

function collectFiles(home, sbom) {
  const tarballs = join(ROOT, 'server/cli/dist/release');
  cpSync(tarballs, join(home, 'npm'), { recursive: true });
  cpSync(join(ROOT, 'provider/dist/release'), join(home, 'provider'), { recursive: true });
  cpSync(join(ROOT, 'LICENSE'), join(home, 'LICENSE'));
  const guide = readFileSync(join(import.meta.dirname, 'install.md'), 'utf8');
  writeFileSync(join(home, 'INSTALL.md'), guide.replaceAll('@VERSION@', version));
  cpSync(join(import.meta.dirname, '../image'), join(home, 'image'), { recursive: true });
  for (const folder of ['kubernetes', 'monitoring', 'scripts']) {
    const to = join(home, 'deploy', folder);
    cpSync(join(import.meta.dirname, '..', folder), to, { recursive: true });
  }
  const programs = mkdtempSync(join(tmpdir(), 'novacron-programs-'));
  try {
    stagePrograms({ tarballs, directory: programs });
    const to = join(home, 'image/programs.tar.gz');
    archive({ from: programs, entry: 'node_modules', to });
    buildPackages({ ...release, programs, sbom, directory: join(home, 'debian') });
  } finally {
    rmSync(programs, { recursive: true, force: true });
  }
}

/** Packs a folder so that the same files give the same bytes. */
function archive({ from, entry, to }) {
  const compressed = to.endsWith('.gz') ? ['--use-compress-program=gzip --no-name'] : [];
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
  const order = ['--sort=name', `--mtime=@${release.madeAt.getTime() / 1_000}`];
  const words = [...owner, ...order, ...compressed, `--directory=${from}`];
  execFileSync('tar', ['--create', `--file=${to}`, ...words, entry]);
}

/** The checksums of all files, in the form that `sha256sum --check` reads. */
function listSums(home) {
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1));
  return files
    .sort()
    .map((file) => sumOf(home, file))
    .join('');
}

function sumOf(home, file) {
  const sum = createHash('sha256')
    .update(readFileSync(join(home, file)))
    .digest('hex');
  return `${sum}  ${file}\n`;
}

function readEpoch() {
  const set = process.env.SOURCE_DATE_EPOCH;
  if (set !== undefined) return Number(set);
  const words = ['log', '-1', '--format=%ct'];
  return Number(execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }));
}
