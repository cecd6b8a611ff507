/** Follows symbolic links as the kernel does, without a file system. */
import type { SourceEntry } from './source-entry.ts';

/** The links of a tree by path; what they point to. */
export type Links = ReadonlyMap<string, string>;

/** The links among entries. */
export function linksOf(entries: readonly SourceEntry[]): Links {
  const links = entries.filter(({ kind }) => kind === 'link');
  return new Map(links.map(({ path, content }) => [path, content.toString('utf8')]));
}

/** More links in a row are a circle. Source: MAXSYMLINKS of Linux. */
const LINKS_MAX = 40;

/**
 * Resolves a path to one without links.
 * @returns it, and the links that lead there; undefined for a path that leaves the tree, or leads
 *   in a circle
 */
export function followLinks(
  path: string,
  links: Links,
): { readonly path: string; readonly via: readonly string[] } | undefined {
  const open = path.split('/');
  const resolved: string[] = [];
  const via: string[] = [];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (resolved.pop() === undefined) return undefined;
      continue;
    }
    resolved.push(name);
    const here = resolved.join('/');
    const target = links.get(here);
    if (target === undefined) continue;
    via.push(here);
    if (target.startsWith('/') || via.length > LINKS_MAX) return undefined;
    resolved.pop();
    open.unshift(...target.split('/'));
  }
  return { path: resolved.join('/'), via };
}
