/** Builds the Debian packages of a release with dpkg-deb, from the files of this folder. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const HERE = import.meta.dirname;

const MAINTAINER = 'NovaCron maintainers <maintainers@novacron.invalid>';

/** Debian's name of the machine that this runs on, whose Node is packed. */
const ARCHITECTURE = { x64: 'amd64', arm64: 'arm64' }[process.arch];

/** Packages with a unit: file of its settings, and directory that outlives the package. */
const UNITS = {
  'novacron-orchestration': { settings: 'server.env', data: '/var/lib/novacron' },
  'novacron-agent': { settings: 'agent.env', data: '/var/lib/novacron-agent' },
  'novacron-runner': { settings: 'runner.env', data: '/var/lib/novacron-runner' },
};

/** Where completion scripts of packages belong. */
const COMPLETIONS = {
  bash: 'usr/share/bash-completion/completions/novacron',
  zsh: 'usr/share/zsh/vendor-completions/_novacron',
  fish: 'usr/share/fish/vendor_completions.d/novacron.fish',
};

/**
 * @param {{ version: string, madeAt: Date, programs: string, sbom: string, directory: string }}
 * options - `programs` contains `node_modules` as `stagePrograms` lays it out; `sbom` is a file;
 * `directory` gets the packages
 */
export function buildPackages({ directory, ...release }) {
  const stage = mkdtempSync(join(tmpdir(), 'novacron-deb-'));
  mkdirSync(directory, { recursive: true });
  try {
    for (const name of ['novacron', ...Object.keys(UNITS)]) {
      const tree = join(stage, name);
      if (name === 'novacron') layOutPrograms(tree, release);
      else layOutUnit(tree, name);
      writeControl(tree, name, release);
      writeDocuments(tree, name, release);
      pack({ tree, name, release, directory });
    }
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function layOutPrograms(tree, { version, madeAt, programs, sbom }) {
  const home = join(tree, 'usr/lib/novacron');
  put(join(home, 'bin/node'), readFileSync(process.execPath), 0o755);
  cpSync(join(programs, 'node_modules'), join(home, 'node_modules'), { recursive: true });
  put(join(tree, 'usr/bin/novacron'), readFileSync(join(HERE, 'novacron/novacron')), 0o755);
  // Node reads them; none is a program of its own.
  execFileSync('chmod', ['-R', 'a-x,a+X', join(home, 'node_modules')]);
  const command = join(home, 'node_modules/@novacron/cli/bin/novacron.mjs');
  for (const [shell, path] of Object.entries(COMPLETIONS)) {
    put(join(tree, path), execFileSync(process.execPath, [command, 'completion', shell]));
  }
  const manual = readFileSync(join(HERE, 'novacron/novacron.1'), 'utf8')
    .replaceAll('@VERSION@', version)
    .replaceAll('@DATE@', madeAt.toISOString().slice(0, 'yyyy-mm-dd'.length));
  put(join(tree, 'usr/share/man/man1/novacron.1.gz'), compress(manual));
  const documents = join(tree, 'usr/share/doc/novacron');
  put(join(documents, 'sbom.cdx.json.gz'), compress(readFileSync(sbom)));
  put(join(documents, 'nodejs-license.gz'), compress(readFileSync(findNodeLicense())));
}

/** Node's binary contains libraries of others, whose licenses are in this file. */
function findNodeLicense() {
  const home = dirname(dirname(process.execPath));
  const files = ['LICENSE', 'share/doc/nodejs/LICENSE'].map((name) => join(home, name));
  const found = files.find((file) => existsSync(file));
  if (found === undefined) throw new Error(`no license of Node.js: there is no ${files.join()}`);
  return found;
}

/** Units go to systemd, and each folder `KIND.d` to that of all packages. */
function layOutUnit(tree, name) {
  for (const file of readdirSync(join(HERE, name))) {
    if (/[.](service|slice)$/.test(file)) {
      put(join(tree, 'usr/lib/systemd/system', file), readFileSync(join(HERE, name, file)));
    } else if (file.endsWith('.d')) {
      cpSync(join(HERE, name, file), join(tree, 'usr/lib', file), { recursive: true });
    }
  }
  mkdirSync(join(tree, 'etc/novacron'), { recursive: true });
  for (const script of ['postinst', 'prerm', 'postrm']) {
    const text = readFileSync(join(HERE, 'maintainer', script), 'utf8')
      .replaceAll('@PACKAGE@', name)
      .replaceAll('@SETTINGS@', UNITS[name].settings)
      .replaceAll('@DATA@', UNITS[name].data);
    put(join(tree, 'DEBIAN', script), text, 0o755);
  }
}

function writeControl(tree, name, { version, programs }) {
  const fields = readFileSync(join(HERE, name, 'control'), 'utf8')
    .replaceAll('@VERSION@', version)
    .replaceAll('@GLIBC@', newestGlibc(programs));
  const sizes = readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)).length);
  const sizeKib = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1024);
  const head =
    `Package: ${name}\nVersion: ${version}\nArchitecture: ${ARCHITECTURE}\n` +
    `Maintainer: ${MAINTAINER}\nInstalled-Size: ${sizeKib}\nSection: admin\nPriority: optional\n`;
  put(join(tree, 'DEBIAN/control'), head + fields);
}

/** Newest version of the C library that Node or the add-on for SQLite asks for. */
function newestGlibc(programs) {
  const addOn = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
  const versions = [process.execPath, join(programs, addOn)].flatMap((file) =>
    [...readFileSync(file, 'latin1').matchAll(/GLIBC_2[.](\d+)/g)].map(([, minor]) =>
      Number(minor),
    ),
  );
  return `2.${Math.max(...versions)}`;
}

function writeDocuments(tree, name, { version, madeAt }) {
  const folder = join(tree, 'usr/share/doc', name);
  put(join(folder, 'copyright'), readFileSync(join(HERE, 'copyright')));
  const date = madeAt.toUTCString().replace('GMT', '+0000');
  const entry = `${name} (${version}) stable; urgency=medium\n\n  * Release ${version}.\n\n`;
  put(join(folder, 'changelog.gz'), compress(`${entry} -- ${MAINTAINER}  ${date}\n`));
  const overrides = join(HERE, name === 'novacron' ? name : 'maintainer', 'lintian-overrides');
  put(join(tree, 'usr/share/lintian/overrides', name), readFileSync(overrides));
}

/** The times of all files are those of the commit, so that the same files give the same package. */
function pack({ tree, name, release, directory }) {
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', tree]);
  const target = join(directory, `${name}_${release.version}_${ARCHITECTURE}.deb`);
  const options = ['--root-owner-group', '-Zxz', '-z1', '--build'];
  execFileSync('dpkg-deb', [...options, tree, target], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(release.madeAt.getTime() / 1_000) },
  });
}

function put(path, content, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

/** Without a time in its head. */
function compress(content) {
  return gzipSync(content, { level: 9 });
}
