/** Puts the packages of a release into an empty project, as `npm install` would. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');

interface Manifest {
  readonly name: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/**
 * Unpacks tarballs and gives each package what it declares, and nothing else: other people's
 * packages are those of this repository, so that no registry is asked.
 * @param tarballs - the folder that holds them
 * @param project - the folder whose `node_modules` is made
 * @param extra - other people's packages that the project itself needs
 */
export function unpackPackages(
  tarballs: string,
  project: string,
  extra: readonly string[],
): readonly Manifest[] {
  const installed = join(project, 'node_modules');
  mkdirSync(join(installed, '.bin'), { recursive: true });
  const manifests = readdirSync(tarballs).map((file) => unpack(join(tarballs, file), installed));
  for (const { name, bin = {}, ...manifest } of manifests) {
    const home = join(installed, name);
    for (const [command, file] of Object.entries(bin)) {
      symlinkSync(join(home, file), join(installed, '.bin', command));
    }
    const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const isOptional = (each: string) => manifest.peerDependenciesMeta?.[each]?.optional === true;
    const others = needed.filter((each) => !each.startsWith('@novacron/') && !isOptional(each));
    for (const each of others) {
      link(each, join(home, 'node_modules'), placeOf(name));
    }
  }
  for (const each of extra) link(each, installed, ROOT);
  return manifests;
}

function unpack(tarball: string, installed: string): Manifest {
  const read = (...args: readonly string[]) => execFileSync('tar', ['-xzf', tarball, ...args]);
  const text = read('--to-stdout', 'package/package.json').toString();
  const manifest: Manifest = JSON.parse(text);
  const home = join(installed, manifest.name);
  mkdirSync(home, { recursive: true });
  read('--strip-components=1', '--directory', home);
  return manifest;
}

/**
 * Returns the location of one of our packages: npm may have installed its dependencies beside it.
 */
function placeOf(name: string): string {
  const linked = join(ROOT, 'node_modules', name);
  return existsSync(linked) ? realpathSync(linked) : ROOT;
}

function link(name: string, into: string, from: string): void {
  const target = join(into, name);
  mkdirSync(dirname(target), { recursive: true });
  if (!existsSync(target)) symlinkSync(find(name, from), target);
}

/** The package as Node finds it from a folder, upwards. */
function find(name: string, from: string): string {
  const place = join(from, 'node_modules', name);
  if (existsSync(place)) return place;
  if (from === ROOT) throw new Error(`${name} is not installed; run make setup`);
  return find(name, dirname(from));
}
