/**
 * Isolation of a step from its host: namespaces by `unshare`, a user without capabilities by
 * `setpriv`, limits by `prlimit`, all from util-linux. A fixed script sets up the file systems in
 * the new namespaces as root; tenants' input follows it as arguments, which no shell reads. Source
 * of the ideas: systemd's ProtectSystem, ProtectHome, PrivateTmp and DynamicUser.
 */
import { ARTIFACT_BYTES_MAX } from '@novacron/contract/automation/runner';

/** Host resources available to a step. */
export interface Isolation {
  /** The user and the group that it runs as. No other process has them. */
  readonly uid: number;
  /** `none`: not even a loopback interface that is up; `open`: what the host reaches. */
  readonly network: 'none' | 'open';
  /** A network that was made for the step, in the place of `none`. */
  readonly joined?: JoinedNetwork;
  /** Longest content of its files, which are in memory. Unit: MiB. */
  readonly scratchMib: number;
  /** Most processes and threads at once. */
  readonly processesMax: number;
  /** Most memory, with its files. Unit: MiB. */
  readonly memoryMib: number;
  /** Files and directories of the host that it can read, besides programs and libraries. */
  readonly readable: readonly string[];
  /** The command `novacron` of the runner's installation, which steps can call. */
  readonly novacron?: NovacronProgram | undefined;
}

/** The command `novacron`, and what runs it. */
export interface NovacronProgram {
  readonly node: string;
  /** The directory of its package. */
  readonly directory: string;
  /** That of the Terraform provider beside it; undefined where it is not installed. */
  readonly provider?: string | undefined;
}

/** A namespace that a step joins. */
export interface JoinedNetwork {
  /** A file that stands for it. */
  readonly path: string;
  /** Lines of the step's `/etc/hosts` besides localhost. */
  readonly hostLines: string;
}

/** A secret that a step gets as a file. */
export interface SecretFile {
  /** Name of the file in `SECRETS_DIR`: letters, digits, dashes and underscores. */
  readonly key: string;
  readonly value: string;
}

/** A file that a step can read, and not change. */
export interface StepFile {
  /** Below `FILES_DIR`. */
  readonly path: string;
  readonly text: string;
}

/** An artifact that a step loads. */
export interface LoadedFile {
  /** Name of the file in `load` of `ARTIFACTS_DIR`. */
  readonly name: string;
  readonly parts: readonly Buffer[];
}

/** Where the command `novacron` finds the package of the provider. */
const PROVIDER_DIR = '/run/novacron/node_modules/@novacron/provider';

/** Directory of the command `novacron`, for the PATH of a step. */
export const NOVACRON_BIN = '/run/novacron/bin';

/** Directory of a step's files. */
export const FILES_DIR = '/tmp/files';

/** The name of the user of a step, which some programs ask for. */
export const USER_NAME = 'novacron-step';

/** Initial working directory of a step. It is empty, and in memory. */
export const WORK_DIR = '/tmp/work';

/** Directory of a step's secrets. */
export const SECRETS_DIR = '/tmp/secrets';

/** Directory of the artifacts that a step loads and saves. */
export const ARTIFACTS_DIR = '/tmp/artifacts';

/** File descriptor from which the script reads secrets, files and artifacts, in sequence. */
export const CONTENTS_FD = 3;

/** File descriptor to which the script writes `SETUP_DONE` before the step begins. */
export const STATUS_FD = 4;

/**
 * File descriptor to which the script writes what the step has saved: for each file a line with a
 * word and a number of bytes, and after the word `saved` these bytes.
 */
export const SAVED_FD = 5;

/** Without it, what failed was the isolation and not the step. */
export const SETUP_DONE = 'isolated';

/** Programs that isolation starts, by the package of Debian that has them. */
export const ISOLATION_PACKAGES = 'util-linux, mount, coreutils and bash';

/** Environment of the script itself; steps do not inherit it. */
export const SCRIPT_ENVIRONMENT = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
} as const;

/** Open files of a step. */
const FILES_MAX = 4_096;

/** Largest file of a step. Unit: bytes; more than its scratch space. */
const FILE_BYTES_MAX = 2 ** 40;

/** What remains of the root directory; a step sees nothing in any other directory of it. */
const ROOT_ENTRIES = '/bin|/sbin|/lib*|/usr|/etc|/dev|/proc|/sys|/tmp|/run';

/** What remains of `/etc`: what libraries, ssh, Python and Ansible read. */
const ETC_ENTRIES =
  'alternatives ansible ca-certificates crypto-policies debian_version gai.conf group host.conf ' +
  'hostname hosts inputrc ld.so.cache ld.so.conf ld.so.conf.d locale.conf localtime magic ' +
  'mime.types nsswitch.conf os-release passwd pki/ca-trust pki/tls/cert.pem pki/tls/certs ' +
  'profile protocols python3* resolv.conf services ssh/ssh_config ssh/ssh_config.d ssl/cert.pem ' +
  'ssl/certs ssl/openssl.cnf terminfo timezone';

/** Behind `setpriv` and the user. */
const NO_RIGHTS = [
  '--clear-groups',
  '--no-new-privs',
  '--bounding-set=-all',
  '--inh-caps=-all',
  '--ambient-caps=-all',
  '--',
];

/**
 * Writes the files that a step has saved, as its user and after its last process: nothing changes
 * them meanwhile, and nothing is read that the step could not read. Words: the names.
 */
const SAVE_SCRIPT = `
for name in "$@"; do
  file=${ARTIFACTS_DIR}/save/$name
  if [ -L "$file" ]; then echo link 0
  elif ! [ -e "$file" ]; then echo missing 0
  elif ! [ -f "$file" ] || ! [ -r "$file" ]; then echo other 0
  else
    size=$(stat -c %s "$file")
    if [ "$size" -gt ${ARTIFACT_BYTES_MAX} ]; then echo "long $size"
    else
      echo "saved $size"
      head -c "$size" "$file"
    fi
  fi
done
`;

/**
 * Words: uid, network, MiB, lines of hosts, cgroup, Node, the packages of `novacron` and of the
 * provider, number of paths that it can read, these, number of secrets, a key and a number of
 * bytes for each, number of files, a path and a number of bytes for each, number of artifacts, a
 * name and a number of bytes for each, number of artifacts to save, their names, the step. Paths
 * are kept open while what is above them is covered. Programs such as ssh do not run as a user
 * that has no name. Names of hosts are resolved by a socket below /run where systemd does that.
 * The step gets no file that the runner has inherited open: Bash closes files of any number, other
 * shells those below 10. What Bash says of a step that a signal has ended, its whole command line,
 * is in no log.
 */
const SCRIPT = `set -euo pipefail
umask 022
shopt -s nullglob dotglob
uid=$1 network=$2 mib=$3 hosts=$4 group=$5 node=$6 novacron=$7 provider=$8 count=$9
shift 9
if [ -n "$group" ]; then echo 0 >"$group/cgroup.procs"; fi
if [ -n "$novacron" ]; then exec {node}<"$node" {novacron}<"$novacron"; fi
if [ -n "$provider" ]; then exec {provider}<"$provider"; fi
paths=() opened=()
while [ "$count" -gt 0 ]; do
  if [ -e "$1" ]; then
    exec {file}<"$1"
    paths+=("$1") opened+=("$file")
  fi
  count=$((count - 1))
  shift
done
count=$1
shift
findmnt --real -rno TARGET | while IFS= read -r place; do
  mount -o remount,bind,ro "$(printf %b "$place")"
done
cover() { if [ -d "$1" ]; then mount -t tmpfs -o "nosuid,nodev,$2" tmpfs "$1"; fi; }
if [ "$network" = none ]; then mount -t sysfs -o ro,nosuid,nodev,noexec sysfs /sys; fi
cover /tmp "mode=1777,size=\${mib}m"
if [ "$network" = open ] && [ -d /run/systemd/resolve ]; then
  mkdir /tmp/resolve
  mount --bind /run/systemd/resolve /tmp/resolve
fi
cover /run mode=755,size=1m
if [ -d /tmp/resolve ]; then
  mkdir -p /run/systemd/resolve
  mount --move /tmp/resolve /run/systemd/resolve
  rmdir /tmp/resolve
fi
if [ -n "$novacron" ]; then
  mkdir -p ${NOVACRON_BIN} /run/novacron/cli
  : >/run/novacron/node
  mount --no-canonicalize --bind "/proc/$$/fd/$node" /run/novacron/node
  mount --no-canonicalize --bind "/proc/$$/fd/$novacron" /run/novacron/cli
  printf '%s\\n' '#!/bin/sh' 'exec /run/novacron/node /run/novacron/cli/bin/novacron.mjs "$@"' \
    >${NOVACRON_BIN}/novacron
  chmod 755 ${NOVACRON_BIN}/novacron
  ln -s /run/novacron/node ${NOVACRON_BIN}/node
fi
if [ -n "$provider" ]; then
  mkdir -p ${PROVIDER_DIR}
  mount --no-canonicalize --bind "/proc/$$/fd/$provider" ${PROVIDER_DIR}
fi
for place in /*; do
  case "$place" in ${ROOT_ENTRIES}) continue ;; esac
  if [ -L "$place" ]; then continue; fi
  if [ -d "$place" ]; then cover "$place" mode=755,size=1m; else mount --bind /dev/null "$place"; fi
done
cd /etc
kept=()
for name in ${ETC_ENTRIES}; do
  if [ -e "$name" ] || [ -L "$name" ]; then kept+=("$name"); fi
done
cover /etc mode=755,size=64m
cp -a --parents "\${kept[@]}" /etc
cd /
if [ -d /var ]; then
  mkdir /var/tmp
  ln -s /run /var/run
fi
for place in /var/tmp /dev/shm /dev/mqueue; do cover "$place" "mode=1777,size=\${mib}m"; done
for at in "\${!paths[@]}"; do
  path=\${paths[at]} from="/proc/$$/fd/\${opened[at]}"
  if [ -d "$from" ]; then mkdir -p "$path"; else mkdir -p "\${path%/*}"; fi
  if ! [ -e "$path" ]; then : >"$path"; fi
  mount --no-canonicalize --bind "$from" "$path"
done
mkdir -m 700 ${WORK_DIR} ${SECRETS_DIR}
mkdir -p ${ARTIFACTS_DIR}/load ${ARTIFACTS_DIR}/save
umask 077
while [ "$count" -gt 0 ]; do
  head -c "$2" <&${CONTENTS_FD} >"${SECRETS_DIR}/$1"
  chmod 400 "${SECRETS_DIR}/$1"
  chown "$uid:$uid" "${SECRETS_DIR}/$1"
  count=$((count - 1))
  shift 2
done
umask 022
files=$1
shift
while [ "$files" -gt 0 ]; do
  path="${FILES_DIR}/$1"
  mkdir -p "\${path%/*}"
  head -c "$2" <&${CONTENTS_FD} >"$path"
  files=$((files - 1))
  shift 2
done
count=$1
shift
while [ "$count" -gt 0 ]; do
  head -c "$2" <&${CONTENTS_FD} >"${ARTIFACTS_DIR}/load/$1"
  count=$((count - 1))
  shift 2
done
count=$1
shift
saved=("\${@:1:count}")
shift "$count"
if [ -n "$hosts" ]; then printf '127.0.0.1 localhost\\n%s' "$hosts" >/etc/hosts; fi
users=$(cat /etc/passwd || true)
printf '%s\\n' "$users" "${USER_NAME}:x:$uid:$uid::${WORK_DIR}:/bin/sh" >/etc/passwd
chmod 500 ${SECRETS_DIR}
chown "$uid:$uid" ${WORK_DIR} ${SECRETS_DIR} ${ARTIFACTS_DIR}/save
cd ${WORK_DIR}
echo 1000 >/proc/self/oom_score_adj
echo ${SETUP_DONE} >&${STATUS_FD}
exec 6>&2 2>/dev/null
for file in /proc/self/fd/*; do
  file=\${file##*/}
  if [ "$file" -gt 2 ] && [ "$file" != ${SAVED_FD} ] && [ "$file" != 6 ]; then exec {file}>&-; fi
done
set +e
"$@" 2>&6 6>&- ${SAVED_FD}>&-
code=$?
if [ "$count" -gt 0 ]; then
  kill -KILL -1
  setpriv "--reuid=$uid" "--regid=$uid" ${NO_RIGHTS.join(' ')} \
    bash -c '${SAVE_SCRIPT}' bash "\${saved[@]}" >&${SAVED_FD} 6>&-
fi
exit $code
`;

/** Behind `setpriv`: the process that has started it must not be outlived. */
const KILLED_WITH_PARENT = ['--pdeathsig', 'KILL'];

const NAMESPACES = [
  'unshare',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--ipc',
  '--uts',
];

const OWN_NETWORK = ['--net'];

const JOIN_NETWORK = (path: string) => ['nsenter', `--net=${path}`, '--'];

const SHELL = ['bash', '-c', SCRIPT, 'bash'];

const BOUNDS = ['prlimit', '--core=0', `--nofile=${FILES_MAX}`, `--fsize=${FILE_BYTES_MAX}`];

const NO_VARIABLES = ['env', '-i', '--'];

/**
 * Puts a command into its isolation. The first program is killed with the process that starts it,
 * the namespaces with the first program, and every process of the step with its namespaces.
 * @param words - the program of the step and what it is given
 * @param environment - all variables of the step
 * @returns the words to start, with what `CONTENTS_FD` gets
 */
export function isolate(
  words: readonly string[],
  {
    isolation,
    group,
    environment,
    secrets,
    files,
    loaded,
    saved,
  }: {
    readonly isolation: Isolation;
    /** The cgroup that limits its memory; without one, each of its processes has the limit. */
    readonly group: string | undefined;
    readonly environment: ReadonlyMap<string, string>;
    readonly secrets: readonly SecretFile[];
    readonly files: readonly StepFile[];
    readonly loaded: readonly LoadedFile[];
    /** Names of the files that are read when the step has ended. */
    readonly saved: readonly string[];
  },
): { readonly words: readonly [string, ...string[]]; readonly contents: readonly Buffer[] } {
  const { uid, network, joined, scratchMib, processesMax, memoryMib, readable, novacron } =
    isolation;
  const lists = [
    secrets.map(({ key: name, value }) => ({ name, parts: [Buffer.from(value, 'utf8')] })),
    files.map(({ path: name, text }) => ({ name, parts: [Buffer.from(text, 'utf8')] })),
    loaded,
  ];
  const values = [
    `${uid}`,
    network,
    `${scratchMib}`,
    joined?.hostLines ?? '',
    group ?? '',
    novacron?.node ?? '',
    novacron?.directory ?? '',
    novacron?.provider ?? '',
    `${readable.length}`,
    ...readable,
    ...lists.flatMap((list) => [
      `${list.length}`,
      ...list.flatMap(({ name, parts }) => [name, `${lengthOf(parts)}`]),
    ]),
    `${saved.length}`,
    ...saved,
  ];
  return {
    words: [
      'setpriv',
      ...KILLED_WITH_PARENT,
      ...(joined === undefined ? [] : JOIN_NETWORK(joined.path)),
      ...NAMESPACES,
      ...(network === 'none' && joined === undefined ? OWN_NETWORK : []),
      ...SHELL,
      ...values,
      ...BOUNDS,
      `--nproc=${processesMax}`,
      ...(group === undefined ? [`--as=${memoryMib * 2 ** 20}`] : []),
      '--',
      'setpriv',
      `--reuid=${uid}`,
      `--regid=${uid}`,
      ...NO_RIGHTS,
      ...NO_VARIABLES,
      ...Array.from(environment, ([name, value]) => `${name}=${value}`),
      ...words,
    ],
    contents: lists.flat().flatMap(({ parts }) => parts),
  };
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
