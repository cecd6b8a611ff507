/** Makes a release, and installs, runs, removes and purges its Debian packages in a Debian. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { findRefusedLicenses } from '../../../server/deploy/release/write-sbom.mjs';
import { awaitHealthy, takePort } from '../support/await-healthy.mjs';
import { findMissing } from '../support/find-missing.mjs';
import { makeKey, makeTestRelease, RELEASE_SCRIPT } from '../support/make-test-release.mjs';
import { openDebianRoot } from '../support/open-debian-root.mjs';

/** What the packages depend on, but for QEMU and dnsmasq: `make test-host` has those. */
const DEBIAN_PACKAGES = [
  'ca-certificates',
  'iproute2',
  'kmod',
  'libstdc++6',
  'man-db',
  'nftables',
  'procps',
  'systemd',
];
const NOT_INSTALLED = ['dnsmasq-base', 'qemu-system-x86', 'qemu-utils'];

const UNITS = ['novacron-orchestration', 'novacron-agent', 'novacron-runner'];

/** A user of Debian may have both; here they are those of this machine. */
const SHELLS = {
  zsh: 'usr/share/zsh/vendor-completions/_novacron',
  fish: 'usr/share/fish/vendor_completions.d/novacron.fish',
};

/** @type {import('../deployment-artifacts.mjs').Check} */
export const PACKAGES = {
  name: 'packages',
  artifacts: [
    {
      path: 'server/deploy/release/',
      label: 'RAN',
      how: 'makes a signed release twice, compares the files, refuses changed ones',
    },
    {
      path: 'server/deploy/packages/',
      label: 'RAN',
      how:
        'installs the packages in a Debian without Node, starts the server as its unit does, ' +
        'removes and purges them; `make test-host` runs the agent under systemd',
    },
  ],
  missing: () =>
    findMissing(['mmdebstrap', 'dpkg-deb', 'lintian', 'gpg', 'gpgv', 'unshare', 'zsh', 'fish']),
  run: async ({ say, directory }) => {
    const release = makeTestRelease();
    say('  comparing with a second release from the same build');
    compareWithSecond(release, join(directory, 'second'));
    refuseChanged(release, directory);
    refuseLicense(release);
    lookAtManifests(release);
    say('  lintian');
    execFileSync(
      'lintian',
      ['--allow-root', '--no-cfg', '--fail-on=error,warning', ...listDebs(release)],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    say('  installing in a Debian');
    const debian = openDebianRoot({ directory, packages: DEBIAN_PACKAGES });
    install(debian, release);
    lookAtCommand(debian, release);
    compareWithSbom(debian, release);
    await runServer(debian);
    removeAndPurge(debian);
  },
};

const listDebs = ({ home }) =>
  readdirSync(join(home, 'debian')).map((name) => join(home, 'debian', name));

/** Only signatures differ: they contain the time at which they were made. */
function compareWithSecond({ directory, home }, second) {
  execFileSync(process.execPath, [RELEASE_SCRIPT, '--directory', second], { stdio: 'pipe' });
  const other = home.replace(directory, second);
  const sums = (folder) => readFileSync(join(folder, 'SHA256SUMS'), 'utf8').split('\n');
  const [one, two] = [sums(home), sums(other)];
  const differing = one.filter((line) => !line.endsWith('.sig') && !two.includes(line));
  if (differing.length > 0) throw new Error(`two releases differ: ${differing.join(', ')}`);
}

/** The commands of docs/how-to/install.md. */
function verify(home, keyring) {
  const options = { cwd: home, encoding: 'utf8' };
  const words = ['--keyring', keyring, 'SHA256SUMS.sig', 'SHA256SUMS'];
  const { status: signature } = spawnSync('gpgv', words, options);
  const sums = spawnSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], options);
  return { isSigned: signature === 0, isWhole: sums.status === 0 };
}

function refuseChanged({ directory, home }, scratch) {
  const keyring = join(directory, 'release-key.gpg');
  expectThat('the release is signed and whole', verify(home, keyring), [true, true]);
  const copy = join(scratch, 'changed');
  cpSync(home, copy, { recursive: true });
  const file = join(copy, 'debian', readdirSync(join(copy, 'debian'))[0]);
  const content = readFileSync(file);
  content[content.length - 1] ^= 1;
  writeFileSync(file, content);
  expectThat('a changed package is refused', verify(copy, keyring), [true, false]);
  const sums = execFileSync(
    'sha256sum',
    readFileSync(join(copy, 'SHA256SUMS'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(line.indexOf('  ') + 2)),
    { cwd: copy },
  );
  writeFileSync(join(copy, 'SHA256SUMS'), sums);
  expectThat('changed checksums are refused', verify(copy, keyring), [false, true]);
  const other = join(scratch, 'other');
  makeKey({ keyFile: join(scratch, 'other.asc'), home: other });
  const otherKeyring = join(scratch, 'other.gpg');
  execFileSync('gpg', ['--dearmor', '--output', otherKeyring, join(scratch, 'other.asc')]);
  expectThat('the signature of another key is refused', verify(home, otherKeyring), [false, true]);
}

function expectThat(what, { isSigned, isWhole }, [signed, whole]) {
  if (isSigned !== signed || isWhole !== whole) {
    throw new Error(`not so: ${what} (signature: ${isSigned}, checksums: ${isWhole})`);
  }
}

function refuseLicense({ home }) {
  const sbom = JSON.parse(readFileSync(join(home, 'sbom.cdx.json'), 'utf8'));
  const [first, ...others] = sbom.components;
  const changed = { ...first, licenses: [{ license: { id: 'AGPL-3.0-only' } }] };
  const refused = findRefusedLicenses({ components: [changed, ...others] });
  expectEqual(refused, [`${first.name} ${first.version}: AGPL-3.0-only`]);
}

/** The scripts find the manifests where the release has both. */
function lookAtManifests({ home }) {
  const script = join(home, 'deploy/scripts/verify.sh');
  const { stderr } = spawnSync(script, ['nowhere'], { encoding: 'utf8' });
  const overlays = join(home, 'deploy/kubernetes/overlays');
  expectEqual(stderr.split('\n')[0], `Error: there is no overlay nowhere in ${overlays}`);
}

function install({ root, run }, release) {
  for (const file of listDebs(release))
    cpSync(file, join(root, 'packages', file.replace(/.*\//, '')));
  expectEqual(run('sh', '-c', 'command -v node || echo none').trim(), 'none');
  run('sh', '-c', `dpkg --force-depends --install /packages/*.deb 2>&1`);
  const broken = run('sh', '-c', 'apt-get check 2>&1 || true');
  const unmet = [...broken.matchAll(/Depends: (\S+)/g)].map(([, name]) => name);
  expectEqual([...new Set(unmet)].sort(), NOT_INSTALLED);
  expectEqual(
    run('sh', '-c', `systemctl is-enabled ${UNITS.join(' ')} || true`).trim(),
    'disabled\ndisabled\ndisabled',
  );
  const files = UNITS.map((name) => `/usr/lib/systemd/system/${name}.service`);
  expectEqual(run('systemd-analyze', 'verify', '--man=no', ...files), '');
}

/** Every npm package that is installed has to be listed. */
function compareWithSbom({ root }, { home }) {
  const { components } = JSON.parse(readFileSync(join(home, 'sbom.cdx.json'), 'utf8'));
  const listed = new Set(components.map((component) => component['bom-ref']));
  const folder = join(root, 'usr/lib/novacron');
  const unlisted = readdirSync(folder, { recursive: true })
    .filter((path) => /(^|[/])node_modules[/](@[^/]+[/])?[^/]+[/]package[.]json$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(folder, path), 'utf8')))
    .map(({ name, version }) => `${name}@${version}`)
    .filter((installed) => !listed.has(installed));
  expectEqual(unlisted, []);
}

function lookAtCommand({ root, run }, { version }) {
  expectEqual(run('novacron', '--version'), `${version}\n`);
  const manual = run('man', '--pager=cat', 'novacron');
  if (!/^SYNOPSIS$/m.test(manual)) throw new Error(`the manual page is empty:\n${manual}`);
  const complete =
    '. /usr/share/bash-completion/completions/novacron\n' +
    'COMP_WORDS=(novacron provi); COMP_CWORD=1; _novacron; echo "$COMPREPLY"';
  expectEqual(run('bash', '-c', complete), 'provider\n');
  for (const [shell, path] of Object.entries(SHELLS)) {
    execFileSync(shell, ['-n', join(root, path)], { stdio: 'inherit' });
  }
}

/** As systemd would: with the user, the variables, the directory and the command of the unit. */
async function runServer({ root, run, start }) {
  const unit = readFileSync(
    join(root, 'usr/lib/systemd/system/novacron-orchestration.service'),
    'utf8',
  );
  const fieldOf = (key) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)[1];
  const data = `/var/lib/${fieldOf('StateDirectory')}`;
  run('install', '--directory', '--owner=novacron', '--group=novacron', '--mode=0700', data);
  const [name, value] = fieldOf('Environment').split('=');
  const port = await takePort();
  const user = fieldOf('User');
  const words = [
    'setpriv',
    `--reuid=${user}`,
    `--regid=${user}`,
    '--init-groups',
    '--no-new-privs',
  ];
  const variables = { [name]: value, NOVACRON_LISTEN: `127.0.0.1:${port}` };
  const killServer = start(variables, ...words, ...fieldOf('ExecStart').split(' '));
  try {
    await awaitHealthy(`http://127.0.0.1:${port}/healthz`);
  } finally {
    killServer();
  }
  const { uid, mode } = statSync(join(root, data, 'admin.key'));
  expectEqual([uid, mode & 0o777], [Number(run('id', '-u', user)), 0o600]);
}

function removeAndPurge({ root, run }) {
  const names = ['novacron', ...UNITS];
  for (const file of ['server.env', 'agent.env', 'runner.env']) {
    writeFileSync(join(root, 'etc/novacron', file), '# settings\n', { mode: 0o600 });
  }
  mkdirSync(join(root, 'var/lib/novacron-agent/storage'), { recursive: true });
  run('dpkg', '--remove', ...UNITS, 'novacron');
  expectEqual(existsSync(join(root, 'usr/lib/novacron')), false);
  expectEqual(readdirSync(join(root, 'etc/novacron')).length, UNITS.length);
  const said = run('dpkg', '--purge', ...names);
  expectEqual(existsSync(join(root, 'etc/novacron')), false);
  expectEqual(existsSync(join(root, 'var/lib/novacron/admin.key')), true);
  expectEqual(existsSync(join(root, 'var/lib/novacron-agent/storage')), true);
  if (!said.includes('kept /var/lib/novacron;')) throw new Error(`purge said nothing:\n${said}`);
}

function expectEqual(found, wanted) {
  const [is, want] = [found, wanted].map((value) => JSON.stringify(value));
  if (is !== want) throw new Error(`found ${is}, not ${want}`);
}
