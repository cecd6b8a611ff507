/**
 * Dependencies between the folders of a package, which go in one direction, and limits on their
 * size.
 */
import { dirname, join, relative } from 'node:path/posix';
import type { Finding, Rule } from './finding.ts';
import { asNode, parseFile } from './syntax.ts';
import { isTest, isTypeScript, isWritten, type TrackedFile } from './tracked-file.ts';

const FOLDER_FILES_MAX = 30;

/** Maximum number of imports that a finding names for each pair of folders. */
const IMPORTS_NAMED_MAX = 3;

const PACKAGE_ROOT = /^(server\/[^/]+|server|provider|constructs)\/src(?=\/)/;

/** An import of a file of the same package. */
interface Import {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** Imports between the parts of a folder: from part to part, a part being `name/` or `.`. */
type Arrows = ReadonlyMap<string, ReadonlyMap<string, readonly Import[]>>;

/**
 * At every depth the subfolders of a folder form no circle. The files directly in it are one part
 * more, so they either import the subfolders or are imported by them. Types count.
 */
export const findFolderCircles: Rule = (files) => {
  const imports = files.filter(isProduct).flatMap(listImports);
  return listFolders(imports).flatMap((folder) => {
    const arrows = drawArrows(folder, imports);
    const found: Finding[] = [];
    const done = new Set<string>();
    for (const part of [...arrows.keys()].sort()) {
      const circle = done.has(part) ? undefined : findCircle(part, arrows);
      if (circle === undefined) continue;
      for (const each of circle) done.add(each);
      found.push(describeCircle(folder, circle, arrows));
    }
    return found;
  });
};

/** No folder of a package holds more than 30 files; its tests and its README count. */
export const findFullFolders: Rule = (files) => {
  const counts = new Map<string, number>();
  for (const file of files.filter(isWritten)) {
    if (!PACKAGE_ROOT.test(file.path) || file.path.includes('/testdata/')) continue;
    const folder = dirname(file.path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > FOLDER_FILES_MAX)
    .map(([path, count]) => ({
      path,
      line: 1,
      advice:
        `holds ${count} files, ${FOLDER_FILES_MAX} at most; ` +
        'give one of its subjects a folder.',
    }));
};

/** The parts of a folder with those that each imports, as `.dependency-cruiser.cjs` lists them. */
export function listFolderPairs(
  files: readonly TrackedFile[],
  folder: string,
): Readonly<Record<string, readonly string[]>> {
  const product = files.filter(isProduct);
  const arrows = drawArrows(folder, product.flatMap(listImports));
  const inside = product.map(({ path }) => path).filter((path) => path.startsWith(`${folder}/`));
  const parts = [...new Set(inside.map((path) => nameOfPart(folder, path)))].sort();
  return Object.fromEntries(
    parts.map((part) => [
      withoutSlash(part),
      [...(arrows.get(part)?.keys() ?? [])].sort().map(withoutSlash),
    ]),
  );
}

function withoutSlash(part: string): string {
  return part.replace(/\/$/, '');
}

function isProduct(file: TrackedFile): boolean {
  return PACKAGE_ROOT.test(file.path) && isTypeScript(file) && isWritten(file) && !isTest(file);
}

/** The relative imports of a file: static and dynamic ones, re-exports and types. */
function listImports(file: TrackedFile): readonly Import[] {
  const parsed = parseFile(file);
  return parsed.nodes.flatMap((node): Import[] => {
    const specifier = specifierOf(node);
    if (typeof specifier !== 'string' || !specifier.startsWith('.')) return [];
    const to = join(dirname(file.path), specifier);
    return [{ from: file.path, to, line: parsed.firstLine(node) }];
  });
}

function specifierOf(node: ReturnType<typeof parseFile>['nodes'][number]): unknown {
  if (/^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type)) {
    return asNode(node.source)?.value;
  }
  if (node.type === 'TsImportType') return asNode(node.argument)?.value;
  if (node.type !== 'CallExpression' || asNode(node.callee)?.type !== 'Import') return undefined;
  const [first]: readonly unknown[] = Array.isArray(node.arguments) ? node.arguments : [];
  if (typeof first !== 'object' || first === null || !('expression' in first)) return undefined;
  return asNode(first.expression)?.value;
}

/** Every folder of every package that has an import somewhere inside. */
function listFolders(imports: readonly Import[]): readonly string[] {
  const folders = new Set<string>();
  for (const { from } of imports) {
    const root = PACKAGE_ROOT.exec(from)?.[0] ?? '';
    for (let folder = dirname(from); folder.startsWith(root); folder = dirname(folder)) {
      folders.add(folder);
    }
  }
  return [...folders].sort();
}

function drawArrows(folder: string, imports: readonly Import[]): Arrows {
  const arrows = new Map<string, Map<string, Import[]>>();
  const isInside = (path: string) => path.startsWith(`${folder}/`);
  for (const each of imports.filter(({ from, to }) => isInside(from) && isInside(to))) {
    const [from, to] = [nameOfPart(folder, each.from), nameOfPart(folder, each.to)];
    if (from === to) continue;
    const targets = arrows.get(from) ?? new Map<string, Import[]>();
    arrows.set(from, targets);
    targets.set(to, [...(targets.get(to) ?? []), each]);
  }
  return arrows;
}

function nameOfPart(folder: string, path: string): string {
  const [first = '', ...rest] = relative(folder, path).split('/');
  return rest.length > 0 ? `${first}/` : '.';
}

/** The shortest way from a part back to itself, each part once. */
function findCircle(start: string, arrows: Arrows): readonly string[] | undefined {
  const ways: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of arrows.get(way.at(-1) ?? start)?.keys() ?? []) {
      if (next === start) return way;
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

function describeCircle(folder: string, circle: readonly string[], arrows: Arrows): Finding {
  const steps = circle.map((from, index) => {
    const to = circle[(index + 1) % circle.length] ?? from;
    return { from, to, imports: arrows.get(from)?.get(to) ?? [] };
  });
  // The arrow that fewest imports make is the likeliest to be the wrong one.
  const [weakest] = [...steps].sort((a, b) => a.imports.length - b.imports.length);
  const way = [...circle, circle[0]].map((part) => (part === '.' ? 'its own files' : part));
  const named = steps.flatMap(({ from, to, imports }) => {
    const some = imports
      .slice(0, IMPORTS_NAMED_MAX)
      .map((each) => `${relative(folder, each.from)} imports ${relative(folder, each.to)}`);
    const more = imports.length - some.length;
    return [`${from} > ${to}: ${some.join(', ')}${more > 0 ? `, and ${more} more` : ''}`];
  });
  return {
    path: weakest?.imports[0]?.from ?? folder,
    line: weakest?.imports[0]?.line ?? 1,
    advice: [
      `closes a circle of folders in ${folder}: ${way.join(' > ')}.`,
      ...named.map((each) => `    ${each}`),
      '    Move what both need below both, pass it as an argument, or move the importing file.',
    ].join('\n'),
  };
}
