/** Finds the block of a configuration that a planned resource comes from. */
import { dirname, join, normalize } from 'node:path/posix';
import type { CliIo } from '../io/cli-io.ts';
import { messageOf } from '../io/message-of.ts';
import { readTextFile } from '../io/read-text-file.ts';
import type { SourcePlace } from '../output/reports/source-place.ts';
import { type HclBlock, type HclFile, readBlocks } from './hcl/read-blocks.ts';
import type { PlannedResource } from './planned-resource.ts';
import type { ReviewedPlan } from './read-plan.ts';

/** The block of a resource, in its file. */
export interface FoundSource {
  readonly file: string;
  readonly block: HclBlock;
  readonly comments: HclFile['comments'];
}

/** Finds blocks; each directory is read once. */
export type SourceFinder = (
  resource: Pick<PlannedResource, 'moduleAddress' | 'type' | 'label'>,
) => Promise<FoundSource | undefined>;

type SourceIo = Pick<CliIo, 'listFiles' | 'readText' | 'stderr'>;

interface ModuleList {
  readonly Modules?: readonly { readonly Key?: string; readonly Dir?: string }[];
}

/**
 * Makes a finder for the configuration in a directory. Modules are found where `terraform init`
 * put them, else by the plan's own words about local ones. A file that cannot be read is reported.
 */
export async function createSourceFinder(
  io: SourceIo,
  directory: string,
  plan: Pick<ReviewedPlan, 'moduleSources'>,
): Promise<SourceFinder> {
  const installed = await readInstalled(io, directory);
  const read = new Map<string, Promise<readonly (readonly [string, HclFile])[]>>();
  return async ({ moduleAddress, type, label }) => {
    const place = directoryOf(moduleAddress, { directory, installed, sources: plan.moduleSources });
    if (place === undefined) return undefined;
    const files = read.get(place) ?? readDirectory(io, place);
    read.set(place, files);
    for (const [file, { blocks, comments }] of await files) {
      const block = blocks.find(
        (each) => each.type === 'resource' && each.labels[0] === type && each.labels[1] === label,
      );
      if (block !== undefined) return { file, block, comments };
    }
    return undefined;
  };
}

/**
 * Returns the source location of a resource; an attribute without its own location has its
 * parent's.
 */
export function placeOf({ file, block }: FoundSource, attribute: string | undefined): SourcePlace {
  const parts = attribute?.split('.') ?? [];
  for (let length = parts.length; length > 0; length -= 1) {
    const place = block.places.get(parts.slice(0, length).join('.'));
    if (place !== undefined) return { file, ...place };
  }
  return { file, row: block.row, column: block.column };
}

type Directories = {
  readonly directory: string;
  readonly installed: ReadonlyMap<string, string>;
  readonly sources: ReadonlyMap<string, string>;
};

/** `module.web["a"].module.db` is web.db in the list of modules, and web/db in the plan. */
function directoryOf(moduleAddress: string, from: Directories): string | undefined {
  const names = [...moduleAddress.matchAll(/module\.([\p{L}\p{N}_-]+)/gu)].map(([, name]) => name);
  if (names.length === 0) return from.directory;
  const known = from.installed.get(names.join('.'));
  if (known !== undefined) return join(from.directory, known);
  let place = from.directory;
  for (const index of names.keys()) {
    const source = from.sources.get(names.slice(0, index + 1).join('/'));
    if (source === undefined || !/^\.{1,2}\//.test(source)) return undefined;
    place = join(place, source);
  }
  return normalize(place);
}

async function readInstalled(
  io: Pick<CliIo, 'readText'>,
  directory: string,
): Promise<ReadonlyMap<string, string>> {
  try {
    const text = await io.readText(join(directory, '.terraform/modules/modules.json'));
    const { Modules = [] }: ModuleList = JSON.parse(text);
    return new Map(
      Modules.flatMap(({ Key, Dir }) => (Key && Dir !== undefined ? [[Key, Dir] as const] : [])),
    );
  } catch {
    // No modules, or not initialised: the plan's own words have to do.
    return new Map();
  }
}

async function readDirectory(
  io: SourceIo,
  directory: string,
): Promise<readonly (readonly [string, HclFile])[]> {
  const files: (readonly [string, HclFile])[] = [];
  const listed = await io.listFiles(directory).catch(() => []);
  for (const file of listed) {
    const isOwn = dirname(normalize(file)) === normalize(directory);
    if (!isOwn || !file.endsWith('.tf')) continue;
    const text = await readTextFile(io, file, 'a configuration');
    if (text.ok) files.push([file, readBlocks(text.value)]);
    // What was found counts all the same.
    else io.stderr.write(`${messageOf(text.error)}; source lines are not shown\n`);
  }
  return files;
}
