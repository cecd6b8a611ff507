/** `novacron policy inspect`: what is in policies. */
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import {
  type InspectedPlace,
  inspectRego,
  type RegoInspection,
} from '@novacron/rego/tools/inspect-rego';
import { unevaluatedFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import { layOutColumns } from '../files/lay-out-columns.ts';
import { openArchives, toTexts } from '../files/open-archives.ts';
import { problemLine } from '../files/problem-line.ts';
import { readModules } from '../files/read-policies.ts';

/** Policies to inspect. */
export interface InspectRequest {
  readonly paths: readonly string[];
  readonly regoVersion: 'auto' | RegoVersion;
}

/**
 * Lists what texts have. Failures: wrong usage; nothing evaluated, where a text does not parse; the
 * others are listed.
 */
export async function inspectPolicies(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'readBytes'>,
  { paths, regoVersion }: InspectRequest,
): Promise<Outcome> {
  const archives = await openArchives(io, paths.filter(isArchive));
  if (!archives.ok) return { failure: archives.error };
  const named = paths.filter((path) => !isArchive(path));
  const read = await readModules(io, named);
  if (!read.ok) return { failure: read.error };
  const packed = archives.value.map((archive) => Object.entries(toTexts(archive).modules));
  const modules = Object.fromEntries([...Object.entries(read.value), ...packed.flat()]);
  const { inspection, problems } = inspectRego({ modules, regoVersion });
  const text = problems.map(problemLine).join('') + sectionsOf(inspection).join('\n');
  const document = { kind: 'report', value: toAnswer(inspection), text } as const;
  if (problems.length === 0) return { document };
  const words = `${countOf(problems.length, 'problem')}: not all files were inspected`;
  return { document, failure: unevaluatedFailure(words) };
}

function isArchive(path: string): boolean {
  return /\.(?:tar\.gz|tgz)$/.test(path);
}

function toAnswer(inspection: RegoInspection) {
  const { regoVersion, inputReferences, dataReferences, annotations, ...rest } = inspection;
  return {
    rego_version: regoVersion,
    ...rest,
    annotations: annotations.map(({ declared, ...about }) => ({ ...about, ...declared })),
    input_references: inputReferences,
    data_references: dataReferences,
  };
}

/** Sections for people; those without rows are left out. */
function sectionsOf(inspection: RegoInspection): readonly string[] {
  const { packages, entrypoints, annotations, imports } = inspection;
  const { inputReferences, dataReferences } = inspection;
  const rules = packages.flatMap(({ path, rules: own }) =>
    own.map(({ name, kind, definitions, places }) => [
      `${path}.${name}`,
      kind,
      String(definitions),
      placeOf(places[0]),
    ]),
  );
  const tests = packages.flatMap(({ path, tests: own }) =>
    own.map(({ name, ...place }) => [`${path}.${name}`, placeOf(place)]),
  );
  const titled = annotations.map(({ path, scope, declared, ...place }) => [
    path,
    scope,
    typeof declared.title === 'string' ? declared.title : '-',
    placeOf(place),
  ]);
  const files = packages.map(({ path, files: own }) => [path, own.join(', ')]);
  const imported = imports.map(({ path, alias, ...place }) => [path, alias ?? '-', placeOf(place)]);
  return [
    section(['PACKAGE', 'FILES'], files),
    section(['RULE', 'KIND', 'DEFINITIONS', 'PLACE'], rules),
    section(
      ['ENTRYPOINT', 'PLACE'],
      entrypoints.map(({ path, ...place }) => [path, placeOf(place)]),
    ),
    section(['ANNOTATED', 'SCOPE', 'TITLE', 'PLACE'], titled),
    section(['IMPORT', 'ALIAS', 'PLACE'], imported),
    section(
      ['REFERENCE'],
      [...inputReferences, ...dataReferences].map((path) => [path]),
    ),
    section(['TEST', 'PLACE'], tests),
  ].filter((text) => text !== '');
}

function section(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : layOutColumns([titles, ...rows]);
}

function placeOf(place: InspectedPlace | undefined): string {
  return place === undefined ? '-' : `${place.file}:${place.row}`;
}
