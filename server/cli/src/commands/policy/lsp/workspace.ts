/** The policies of a workspace: files on disk, and open texts instead of them. */
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CliIo } from '../../../io/cli-io.ts';
import { type IndexedModule, indexHeader, indexModule } from './names/index-module.ts';

/** Texts by URI. */
export interface Workspace {
  /** Reads the policies of a folder; one that cannot be read has none. */
  readonly addFolder: (uri: string) => Promise<void>;
  /** Forgets the policies of a folder, but not open texts. */
  readonly removeFolder: (uri: string) => void;
  /** Returns the client's spelling of a URI: editors escape other characters than Node.js does. */
  readonly spellingOf: (uri: string) => string;
  /** Takes an open text; it stands for the file until it is closed. */
  readonly open: (uri: string, text: string) => void;
  /** Forgets an open text and reads the file again; one that is gone is forgotten. */
  readonly close: (uri: string) => Promise<void>;
  /** Reads a file that changed on disk, unless it is open. */
  readonly refresh: (uri: string) => Promise<void>;
  readonly textOf: (uri: string) => string | undefined;
  readonly isOpen: (uri: string) => boolean;
  /** Texts that are compiled together, by URI. */
  readonly groups: () => readonly Readonly<Record<string, string>>[];
  /** The declarations of a text, or those before it last stopped to parse. */
  readonly moduleOf: (uri: string) => IndexedModule | undefined;
  readonly modules: () => readonly IndexedModule[];
}

/** Grouping of texts: by directory, as in `policy check`, or all together. */
export type WorkspaceGrouping = 'by-directory' | 'together';

/** Opens an empty workspace. */
export function createWorkspace(
  io: Pick<CliIo, 'listFiles' | 'readText'>,
  groupingOf: () => WorkspaceGrouping,
): Workspace {
  const onDisk = new Map<string, string>();
  const opened = new Map<string, string>();
  const indexed = new Map<string, { text: string; module: IndexedModule | undefined }>();
  const spellings = new Map<string, string>();
  const keyOf = (uri: string) => {
    const key = canonicalUri(uri);
    if (key !== uri) spellings.set(key, uri);
    return key;
  };
  const textAt = (key: string) => opened.get(key) ?? onDisk.get(key);
  const textOf = (uri: string) => textAt(keyOf(uri));
  const uris = () => [...new Set([...onDisk.keys(), ...opened.keys()])].sort();

  const readFile = async (key: string) => {
    const text = await readSafely(io, pathOf(key));
    if (text === undefined) onDisk.delete(key);
    else onDisk.set(key, text);
    if (textAt(key) === undefined) indexed.delete(key);
  };
  const moduleOf = (uri: string) => {
    const key = keyOf(uri);
    const text = textAt(key);
    const before = indexed.get(key);
    if (text === undefined || before?.text === text) return before?.module;
    const module = indexModule(key, text) ?? before?.module ?? indexHeader(key, text);
    indexed.set(key, { text, module });
    return module;
  };
  return {
    addFolder: async (uri) => {
      const place = pathOf(uri);
      const files = place === undefined ? [] : await listSafely(io, place);
      for (const file of files.filter(isPolicy)) {
        const { href } = pathToFileURL(file);
        await readFile(href);
        // What is opened next may not parse.
        moduleOf(href);
      }
    },
    removeFolder: (uri) => {
      const folder = `${canonicalUri(uri).replace(/\/$/, '')}/`;
      for (const key of [...onDisk.keys()].filter((each) => each.startsWith(folder))) {
        onDisk.delete(key);
        if (textAt(key) === undefined) indexed.delete(key);
      }
    },
    spellingOf: (uri) => spellings.get(uri) ?? uri,
    open: (uri, text) => {
      opened.set(keyOf(uri), text);
    },
    close: async (uri) => {
      opened.delete(keyOf(uri));
      await readFile(keyOf(uri));
    },
    refresh: (uri) => readFile(keyOf(uri)),
    textOf,
    isOpen: (uri) => opened.has(keyOf(uri)),
    groups: () => {
      const groups = new Map<string, Record<string, string>>();
      for (const uri of uris()) {
        const place = groupingOf() === 'together' ? '' : dirname(uri);
        groups.set(place, { ...groups.get(place), [uri]: textAt(uri) ?? '' });
      }
      return [...groups.values()];
    },
    moduleOf,
    modules: () => uris().flatMap((uri) => moduleOf(uri) ?? []),
  };
}

function isPolicy(file: string): boolean {
  return file.endsWith('.rego');
}

/** A URI as Node.js writes it, so that one file has one. */
export function canonicalUri(uri: string): string {
  const path = pathOf(uri);
  return path === undefined ? uri : pathToFileURL(path).href;
}

/** The path of a URI; undefined for texts that are in no file. */
export function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

async function listSafely(io: Pick<CliIo, 'listFiles'>, place: string) {
  try {
    return await io.listFiles(place);
  } catch {
    return [];
  }
}

async function readSafely(io: Pick<CliIo, 'readText'>, path: string | undefined) {
  try {
    return path === undefined ? undefined : await io.readText(path);
  } catch {
    return undefined;
  }
}
