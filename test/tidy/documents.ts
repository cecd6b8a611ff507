/** Documents can be followed: one title each, links that lead somewhere, commands that exist. */
import { dirname, join, normalize } from 'node:path/posix';
import type { Finding, Rule } from './finding.ts';
import { isWritten, type TrackedFile } from './tracked-file.ts';

interface DocumentLine {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** Whether it stands in a code block. */
  readonly isCode: boolean;
}

function linesOf({ text }: TrackedFile): readonly DocumentLine[] {
  let isCode = false;
  return text.split('\n').map((each, index) => {
    if (/^\s*```/.test(each)) isCode = !isCode;
    return { text: each, line: index + 1, isCode };
  });
}

/** The lines of a document outside of its code blocks. */
function proseOf(file: TrackedFile): readonly DocumentLine[] {
  return linesOf(file).filter(({ isCode }) => !isCode);
}

const documentsIn = (files: readonly TrackedFile[]) =>
  files.filter((file) => file.path.endsWith('.md') && isWritten(file));

/** Returns the first line of a document: registries require a few lines above the title. */
function firstLineOf({ text }: TrackedFile): number {
  const end = text.startsWith('---\n') ? text.indexOf('\n---\n\n') : -1;
  return end === -1 ? 1 : text.slice(0, end).split('\n').length + 3;
}

/** A document has one title, in its first line. */
export const findUntitledDocuments: Rule = (files) =>
  documentsIn(files).flatMap((file): Finding[] => {
    const titles = proseOf(file).filter(({ text }) => /^# \S/.test(text));
    if (titles.length === 1 && titles[0]?.line === firstLineOf(file)) return [];
    const advice = `has ${titles.length} titles (# …); it needs one, in its first line.`;
    return [{ path: file.path, line: titles[1]?.line ?? 1, advice }];
  });

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** Relative links lead to files or folders that exist, and to headings that are there. */
export const findBrokenLinks: Rule = (files) => {
  const places = placesOf(files);
  return documentsIn(files).flatMap((file) =>
    proseOf(file).flatMap(({ text, line }) =>
      [...text.replaceAll(/`[^`]*`/g, '').matchAll(LINK)].flatMap(([, target = '']): Finding[] => {
        if (/^[a-z]+:/i.test(target)) return [];
        const problem = describeBreak(file, target, { files, places });
        if (problem === undefined) return [];
        return [{ path: file.path, line, advice: `links to ${target}, ${problem}` }];
      }),
    ),
  );
};

function placesOf(files: readonly TrackedFile[]): ReadonlySet<string> {
  const places = new Set<string>(['.']);
  for (const { path } of files) {
    for (let place = path; place !== '.'; place = dirname(place)) places.add(place);
  }
  return places;
}

function describeBreak(
  from: TrackedFile,
  target: string,
  known: { readonly files: readonly TrackedFile[]; readonly places: ReadonlySet<string> },
): string | undefined {
  const [place = '', anchor] = target.split('#');
  const path =
    place === '' ? from.path : normalize(join(dirname(from.path), place)).replace(/\/$/, '');
  if (!known.places.has(path)) return 'which does not exist; correct the link.';
  if (anchor === undefined) return undefined;
  const goal = known.files.find((file) => file.path === path);
  const anchors = goal === undefined ? [] : proseOf(goal).map(({ text }) => anchorOf(text));
  return anchors.includes(anchor) ? undefined : 'which has no such heading; correct the link.';
}

/** Returns GitHub's link anchor of a heading; undefined if the line is not a heading. */
function anchorOf(text: string): string | undefined {
  const heading = /^#{1,6} (.+)$/.exec(text)?.[1];
  return heading
    ?.trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/** Every `make VERB` that a document names is a verb of the Makefile. */
export const findUnknownVerbs: Rule = (files) => {
  const makefile = files.find(({ path }) => path === 'Makefile')?.text ?? '';
  const verbs = new Set([...makefile.matchAll(/^([a-z][a-z0-9-]*):/gm)].map(([, verb]) => verb));
  return documentsIn(files).flatMap((file) =>
    linesOf(file).flatMap(({ text, line, isCode }) =>
      [...text.matchAll(isCode ? /^\s*\$?\s*make ([a-z][a-z0-9-]*)/g : /`make ([a-z][a-z0-9-]*)/g)]
        .filter(([, verb]) => !verbs.has(verb))
        .map(([, verb]) => ({
          path: file.path,
          line,
          advice: `names make ${verb}, which the Makefile does not have.`,
        })),
    ),
  );
};

/** The front door names the two commands that everything else hangs on. */
export const findMissingCommands: Rule = (files) => {
  const readme = files.find(({ path }) => path === 'README.md')?.text ?? '';
  return ['make demo', 'make test']
    .filter((command) => !readme.split('\n').includes(command))
    .map((command) => ({
      path: 'README.md',
      line: 1,
      advice: `does not show "${command}" on a line of its own.`,
    }));
};
