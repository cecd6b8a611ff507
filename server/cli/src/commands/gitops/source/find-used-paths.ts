/**
 * Finds what a configuration uses of its repository: its directory, and every path with `..` that
 * its texts name, such as `source = "../modules/web"`. Only this is handed to Terraform, so a
 * change elsewhere cannot matter.
 */
import { followLinks, type Links } from './follow-links.ts';

/** Files of a commit, as far as the search needs them. */
export interface SearchedTree {
  /** Paths of all files and links. */
  readonly paths: readonly string[];
  readonly links: Links;
  /** Text of a file. */
  readonly read: (path: string) => string;
}

/** Texts that may name other paths. */
const TEXT = /\.(tf|tofu|tfvars|tf\.json|tofu\.json|tfvars\.json|tftpl|tpl)$/;

/** Whether a file is looked into for paths. */
export function isSearched(path: string): boolean {
  return TEXT.test(path);
}

/** A literal of HCL or JSON, up to its first expression behind a path of the module. */
const LITERAL = /"((?:\$\{path\.(?:module|root|cwd)\}\/?)?[^"\\$\n]*)["$\\]/g;

/** A step upwards. */
const UPWARDS = /\.\.(?:\/|$)/;

/** What a configuration uses. */
export interface UsedPaths {
  /** Files and links, in order. */
  readonly paths: readonly string[];
  /** Directories and files; what is at or below them is used, also if it is not there. */
  readonly places: readonly string[];
}

/** @param root - directory of the configuration */
export function findUsedPaths(root: string, tree: SearchedTree): UsedPaths {
  const used = new Set<string>();
  const open = [root];
  const places = new Set<string>();
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (places.has(place)) continue;
    places.add(place);
    for (const path of tree.paths) {
      if (used.has(path) || !isWithin(place, path)) continue;
      used.add(path);
      if (tree.links.has(path)) open.push(...leadingTo(path, tree.links));
      else if (isSearched(path)) open.push(...namedIn(tree.read(path), { path, root, tree }));
    }
  }
  return { paths: [...used].sort(), places: [...places] };
}

/** A path without links, and the links on its way. */
function leadingTo(path: string, links: Links): readonly string[] {
  const found = followLinks(path, links);
  return found === undefined ? [] : [found.path, ...found.via];
}

/** Whether a path is at or below a place; everything is below the root, ''. */
export function isWithin(place: string, path: string): boolean {
  return place === '' || path === place || path.startsWith(`${place}/`);
}

/** Paths that a text names, from its own directory and from that of the configuration. */
function namedIn(
  text: string,
  {
    path,
    root,
    tree,
  }: { readonly path: string; readonly root: string; readonly tree: SearchedTree },
): readonly string[] {
  const own = path.split('/').slice(0, -1).join('/');
  return [...text.matchAll(LITERAL)].flatMap(([whole, literal = '']) => {
    if (!UPWARDS.test(literal)) return [];
    const bare = literal.replace(/^\$\{path\.\w+\}\/?/, '').replace(/\/\/.*$/, '');
    // Before an expression, the last name may be only the beginning of one.
    const fixed = whole.endsWith('"') ? bare : bare.replace(/[^/]*$/, '');
    return [own, root].flatMap((from) => leadingTo(`${from}/${fixed}`, tree.links));
  });
}
