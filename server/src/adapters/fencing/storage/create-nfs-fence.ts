/**
 * A storage fence by the exports of an NFS server, through `exportfs` on it. The exports of each
 * node are in a file of their own, `/etc/exports.d/novacron-NODE.exports`: it is moved away, so
 * that no restart of the server brings them back, and the NFSv4 client of the node is expired,
 * which ends its open files and locks. Sources: exportfs(8); `clients/N/ctl` of nfsd of Linux since
 * 5.3.
 */
import { err, ok, type Result } from '@novacron/contract/result';
import type { StorageAccess } from '../../../ports/storage-fences.ts';
import { faultOf } from './run-bounded.ts';
import { runScript, type ScriptSettings } from './run-script.ts';
import type { StorageSwitch } from './storage-switch.ts';

/** An NFS server of the configuration. */
export interface NfsFenceSettings extends ScriptSettings {
  /** Host to reach through `ssh`; undefined: this machine. */
  readonly host: string | undefined;
  /** The directory that it exports. */
  readonly path: string;
  /** The address of each node, by its name, as the exports have it. */
  readonly clients: Readonly<Record<string, string>>;
  /** Directory that stands for the root of the file system there; empty by default. */
  readonly root?: string;
}

// The arguments: root, name of the node, its address, the path.
const READ = `set -e
root=$1 node=$2 client=$3 path=$4
echo exports
exportfs -s
echo files
for file in "$root/etc/exports" "$root"/etc/exports.d/*.exports; do
  [ -e "$file" ] || continue
  [ "$file" = "$root/etc/exports.d/novacron-$node.exports" ] && continue
  grep -E '^[[:space:]]*"?/' "$file" | sed 's/^[[:space:]]*//' || true
done
echo clients
for info in "$root"/proc/fs/nfsd/clients/*/info; do
  [ -e "$info" ] || continue
  grep '^address:' "$info" || true
done
echo complete
`;
const CUT_OFF = `set -e
root=$1 node=$2 client=$3 path=$4
file=$root/etc/exports.d/novacron-$node.exports
if [ -e "$file" ]; then mv "$file" "$file.cut"; fi
if exportfs -s | grep -qE "^$path[[:space:]]+$client\\("; then exportfs -u "$client:$path"; fi
exportfs -f
for info in "$root"/proc/fs/nfsd/clients/*/info; do
  [ -e "$info" ] || continue
  if grep '^address:' "$info" | grep -qF "\\"$client:"; then echo expire > "\${info%info}ctl"; fi
done
`;
const RESTORE = `set -e
root=$1 node=$2
file=$root/etc/exports.d/novacron-$node.exports
if [ -e "$file.cut" ]; then mv "$file.cut" "$file"; fi
exportfs -r
`;

/** Makes it. */
export function createNfsFence(settings: NfsFenceSettings): StorageSwitch {
  const { host, path, clients, root = '' } = settings;
  const run = async (node: string, script: string): Promise<Result<string, string>> => {
    const args = [root === '' ? '/' : root, node, clients[node] ?? '', path];
    const ended = await runScript(script, { host, args }, settings);
    if (!ended.ok) return ended;
    return ended.value.code === 0 ? ok(ended.value.stdout) : err(faultOf(ended.value));
  };
  const order = async (node: string, script: string): Promise<Result<void, string>> => {
    const done = await run(node, script);
    return done.ok ? ok(undefined) : done;
  };
  return {
    read: async (node) => {
      const said = await run(node, READ);
      return said.ok ? judge(said.value, { path, client: clients[node] ?? '' }) : said;
    },
    cutOff: (node) => order(node, CUT_OFF),
    restore: (node) => order(node, RESTORE),
  };
}

/** An export, as a line of `exportfs -s` or of a file has it. */
interface Export {
  readonly path: string;
  readonly client: string;
}

function judge(
  text: string,
  { path, client }: { readonly path: string; readonly client: string },
): Result<StorageAccess, string> {
  const parts = /^exports\n([\s\S]*?)^files\n([\s\S]*?)^clients\n([\s\S]*?)^complete$/m.exec(text);
  if (parts === null) return err('answered what is not understood');
  const [, listed = '', filed = '', connected = ''] = parts;
  const exports = parseExports(listed).filter((each) => isSameTree(each.path, path));
  const files = parseExports(filed).filter((each) => isSameTree(each.path, path));
  const wide = [...exports, ...files].find((each) => !isAddress(each.client));
  if (wide !== undefined) {
    return err(`exports ${wide.path} to ${wide.client}, which may have the node in it`);
  }
  const kept = files.find((each) => each.client === client);
  if (kept !== undefined) {
    return err(
      `exports ${kept.path} to ${client} in a file beside that of the node, so that it comes back`,
    );
  }
  const isExported = exports.some((each) => each.client === client);
  return ok(isExported || connected.includes(`"${client}:`) ? 'reaches' : 'cut_off');
}

/** A line has a path and clients with their options, such as `/srv/vms 10.0.0.11(rw,sync)`. */
function parseExports(text: string): readonly Export[] {
  return text.split('\n').flatMap((line) => {
    const [path, ...clients] = line.trim().split(/\s+/);
    if (path === undefined || path === '') return [];
    // Without clients, the directory is exported to everybody.
    const named = clients.map((each) => each.split('(', 1)[0] ?? '');
    return (named.length === 0 ? [''] : named).map((each) => ({
      path: path.replaceAll('"', ''),
      client: each === '' ? '*' : each,
    }));
  });
}

/** Whether one of two directories contains the other. */
function isSameTree(left: string, right: string): boolean {
  const ends = (path: string) => `${path.replace(/\/+$/, '')}/`;
  return ends(left).startsWith(ends(right)) || ends(right).startsWith(ends(left));
}

/** Whether it is the address of one machine: not a network, a pattern, or a name. */
function isAddress(client: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(client) || /^[0-9a-f:]*:[0-9a-f:]*$/i.test(client);
}
