/** Rego files that a command line names, put together as they belong together. */
import { dirname } from 'node:path/posix';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import { listPlace } from './list-place.ts';

/** The rules that a policy answers with. */
export const ANSWERS: readonly string[] = ['allow', 'deny', 'warn', 'violation'];

/** Rego files that are compiled together. */
export interface RegoBundle {
  /** The directory that they are in, or `.` where all belong together. */
  readonly place: string;
  /** Texts by path, in order. */
  readonly modules: Readonly<Record<string, string>>;
  /** Documents below `data` that come with them. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The texts that are not compiled together with these. */
export function textsBeside(
  bundles: readonly RegoBundle[],
  modules: RegoBundle['modules'],
): readonly string[] {
  const others = bundles.filter((bundle) => bundle.modules !== modules);
  return others.flatMap((bundle) => Object.values(bundle.modules));
}

/** Whether each directory stands for itself, as policies of a server do, or all are one. */
export type Grouping = 'by-directory' | 'together';

/** Whether a path is named like a document for `data`. */
export function isDocumentFile(path: string): boolean {
  return /\.(?:json|ya?ml)$/.test(path);
}

/** Whether a file holds tests rather than a policy. */
export function isTestFile(path: string): boolean {
  return path.endsWith('_test.rego');
}

/** The paths of all Rego files at and below some places. Failures: wrong usage. */
export async function findRegoFiles(
  io: Pick<CliIo, 'listFiles'>,
  places: readonly string[],
): Promise<Result<readonly string[], Failure>> {
  const found = new Set<string>();
  for (const place of places) {
    const files = await listPlace(io, place, 'policies');
    if (!files.ok) return files;
    const rego = files.value.filter((path) => path === place || path.endsWith('.rego'));
    if (rego.length === 0) return err(usageFailure(`no .rego files found in ${place}`));
    for (const path of rego) found.add(path);
  }
  return ok([...found]);
}

/** Name of standard input on a command line. */
const STANDARD_INPUT = '-';

/**
 * Reads all Rego files at and below some places. Failures: wrong usage.
 * @param places - `-` is standard input
 */
export async function readRegoBundles(
  io: Pick<CliIo, 'listFiles' | 'readText'>,
  places: readonly string[],
  grouping: Grouping,
): Promise<Result<readonly RegoBundle[], Failure>> {
  const named = places.filter((place) => place !== STANDARD_INPUT);
  const paths = await findRegoFiles(io, named);
  if (!paths.ok) return paths;
  const input = named.length < places.length ? [STANDARD_INPUT] : [];
  const bundles = new Map<string, Record<string, string>>();
  for (const path of [...input, ...paths.value]) {
    const text = await readTextFile(io, path, 'a policy');
    if (!text.ok) return text;
    const place = grouping === 'together' ? '.' : dirname(path);
    bundles.set(place, { ...bundles.get(place), [path]: text.value });
  }
  return ok([...bundles].map(([place, modules]) => ({ place, modules })));
}

/**
 * Reads all Rego files at and below some places, of which some may be documents alone. Failures:
 * wrong usage, also where none has a Rego file.
 */
export async function readTexts(
  io: Pick<CliIo, 'listFiles' | 'readText'>,
  places: readonly string[],
  grouping: Grouping,
): Promise<Result<readonly RegoBundle[], Failure>> {
  if (places.length === 0) return ok([]);
  const texts = places.filter((place) => !isDocumentFile(place));
  return readRegoBundles(io, texts.length === 0 ? places : texts, grouping);
}

/** Reads all Rego files at and below some places as texts by path. Failures: wrong usage. */
export async function readModules(
  io: Pick<CliIo, 'listFiles' | 'readText'>,
  places: readonly string[],
): Promise<Result<RegoBundle['modules'], Failure>> {
  const bundles = await readTexts(io, places, 'together');
  return bundles.ok ? ok({ ...bundles.value[0]?.modules }) : bundles;
}
