/** The language server: what it answers and publishes, without the stream that it is on. */
import { err, ok, type Result } from '@novacron/contract/result';
import { formatRego } from '@novacron/rego/format-rego';
import type { LintConfig } from '@novacron/rego/lint/lint-config';
import { z } from 'zod';
import type { CliIo } from '../../../io/cli-io.ts';
import { findConfig } from '../lint/find-config.ts';
import { complete } from './features/complete.ts';
import { describeName } from './features/describe-name.ts';
import { diagnose, type UnknownInput } from './features/diagnose.ts';
import { lintTexts } from './features/lint-texts.ts';
import { listActions } from './features/list-actions.ts';
import { listFolds } from './features/list-folds.ts';
import { listSymbols } from './features/list-symbols.ts';
import { INPUT_SCHEMA } from './names/input-schema.ts';
import { type Meaning, resolveName } from './names/resolve-name.ts';
import { RPC_CODES, type RpcFailure, type RpcHandlers } from './rpc/rpc-session.ts';
import {
  answerPrepare,
  answerPrepareVariable,
  answerReferences,
  answerRename,
  answerRenameVariable,
  ruleOf,
  variableAt,
} from './rule-requests.ts';
import { type ReferenceAt, referenceAt } from './text/reference-at.ts';
import { applyChanges, type LspRange, linesOf, wholeRange } from './text/text-positions.ts';
import {
  canonicalUri,
  createWorkspace,
  pathOf,
  type Workspace,
  type WorkspaceGrouping,
} from './workspace.ts';

const Position = z.looseObject({
  line: z.int().nonnegative(),
  character: z.int().nonnegative(),
});
const Range = z.looseObject({ start: Position, end: Position });
const Uri = z.looseObject({ uri: z.string() });

const PARAMS = {
  initialize: z.looseObject({
    rootUri: z.string().nullish(),
    workspaceFolders: z.array(Uri).nullish(),
    capabilities: z.looseObject({}).optional(),
    initializationOptions: z
      .looseObject({
        grouping: z.enum(['by-directory', 'together']).optional(),
        unknownInput: z.enum(['error', 'warning', 'ignored']).optional(),
      })
      .nullish(),
  }),
  position: z.looseObject({ textDocument: Uri, position: Position }),
  references: z.looseObject({
    textDocument: Uri,
    position: Position,
    context: z.looseObject({ includeDeclaration: z.boolean() }),
  }),
  actions: z.looseObject({ textDocument: Uri, range: Range }),
  rename: z.looseObject({ textDocument: Uri, position: Position, newName: z.string() }),
  document: z.looseObject({ textDocument: Uri }),
  opened: z.looseObject({ textDocument: z.looseObject({ uri: z.string(), text: z.string() }) }),
  changed: z.looseObject({
    textDocument: Uri,
    contentChanges: z.array(z.looseObject({ range: Range.optional(), text: z.string() })),
  }),
  files: z.looseObject({ changes: z.array(Uri) }),
  folders: z.looseObject({
    event: z.looseObject({ added: z.array(Uri), removed: z.array(Uri).optional() }),
  }),
};

const CAPABILITIES = {
  positionEncoding: 'utf-16',
  // 2: changes of ranges.
  textDocumentSync: { openClose: true, change: 2, save: true },
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['.'] },
  definitionProvider: true,
  documentSymbolProvider: true,
  documentFormattingProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  codeActionProvider: { codeActionKinds: ['quickfix', 'source.fixAll'] },
  foldingRangeProvider: true,
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

/** Messages that the server sends unprompted. */
export interface LanguageServerWorld {
  readonly io: Pick<CliIo, 'listFiles' | 'readText' | 'version' | 'nowMs'>;
  readonly publish: (method: string, params: object) => void;
  /** Asks the client for something; its answer is not waited for. */
  readonly ask: (method: string, params: object) => void;
  /** Calls back once the client types no more. */
  readonly later: (work: () => void) => void;
}

type Answer = (params: unknown) => Promise<Result<unknown, RpcFailure>>;
type Notice = (params: unknown) => Promise<void>;

/** Makes the handlers of one conversation. */
export function createLanguageServer(world: LanguageServerWorld): RpcHandlers {
  let grouping: WorkspaceGrouping = 'by-directory';
  let unknownInput: UnknownInput = 'error';
  let lintConfig: LintConfig | undefined;
  let watches = false;
  let places: readonly string[] = [];
  const workspace = createWorkspace(world.io, () => grouping);
  const publisher = createPublisher(world, workspace, {
    check: (texts) => {
      const elsewhere = workspace.groups().filter((group) => !isSameGroup(group, texts));
      const others = elsewhere.flatMap((group) => Object.values(group));
      return diagnose(texts, { unknownInput, nowMs: world.io.nowMs, others });
    },
    lint: (texts) => lintTexts(texts, lintConfig),
  });
  const requests: Readonly<Record<string, Answer>> = {
    initialize: answerWith(PARAMS.initialize, async (params) => {
      grouping = params.initializationOptions?.grouping ?? grouping;
      unknownInput = params.initializationOptions?.unknownInput ?? unknownInput;
      watches = canWatch(params.capabilities);
      const folders = params.workspaceFolders?.map(({ uri }) => uri) ?? [];
      const root = params.rootUri;
      places = folders.length === 0 && root ? [root] : folders;
      for (const uri of places) await workspace.addFolder(uri);
      lintConfig = await readConfig(world.io, places[0]);
      return {
        capabilities: CAPABILITIES,
        serverInfo: { name: 'novacron policy lsp', version: world.io.version },
      };
    }),
    shutdown: async () => ok(null),
    ...documentRequests(workspace),
    ...ruleRequests(workspace),
    'textDocument/codeAction': answerWith(PARAMS.actions, async ({ textDocument, range }) => {
      const { uri } = textDocument;
      const texts: Texts = Object.assign({}, ...workspace.groups());
      return listActions(texts, { key: canonicalUri(uri), uri, range }, lintConfig);
    }),
  };
  const notices: Readonly<Record<string, Notice>> = {
    initialized: async () => {
      if (watches) world.ask('client/registerCapability', WATCH);
      publisher.schedule();
    },
    'workspace/didChangeWatchedFiles': noticeOf(PARAMS.files, async ({ changes }) => {
      for (const { uri } of changes) if (uri.endsWith('.rego')) await workspace.refresh(uri);
      if (changes.some(({ uri }) => isConfig(uri))) {
        lintConfig = await readConfig(world.io, places[0]);
      }
      publisher.schedule();
    }),
    'workspace/didChangeWorkspaceFolders': noticeOf(PARAMS.folders, async ({ event }) => {
      for (const { uri } of event.removed ?? []) workspace.removeFolder(uri);
      for (const { uri } of event.added) await workspace.addFolder(uri);
      publisher.schedule();
    }),
    ...documentNotices(workspace, publisher),
  };
  return {
    answer: async (method, params) => {
      const answer = Object.hasOwn(requests, method) ? requests[method] : undefined;
      if (answer !== undefined) return await answer(params);
      return err({ code: RPC_CODES.methodNotFound, message: `${method} is not supported` });
    },
    notify: async (method, params) => {
      if (Object.hasOwn(notices, method)) await notices[method]?.(params);
    },
  };
}

/** The linter's configuration of a folder; a wrong one counts as none, `policy lint` says why. */
async function readConfig(
  io: Pick<CliIo, 'readText'>,
  uri: string | undefined,
): Promise<LintConfig | undefined> {
  const path = uri === undefined ? undefined : pathOf(uri);
  if (path === undefined) return undefined;
  const sources = { paths: [path], disable: [], enable: [], ignoreFiles: [] };
  const config = await findConfig(io, sources);
  return config.ok ? config.value : undefined;
}

const WATCH = {
  registrations: [
    {
      id: 'policies',
      method: 'workspace/didChangeWatchedFiles',
      registerOptions: {
        watchers: ['**/*.rego', '**/.regal/config.yaml', '**/.regal.yaml'].map((globPattern) => ({
          globPattern,
        })),
      },
    },
  ],
};

function isConfig(uri: string): boolean {
  return uri.endsWith('/.regal/config.yaml') || uri.endsWith('/.regal.yaml');
}

const Watching = z.looseObject({
  workspace: z.looseObject({
    didChangeWatchedFiles: z.looseObject({ dynamicRegistration: z.literal(true) }),
  }),
});

function canWatch(capabilities: unknown): boolean {
  return Watching.safeParse(capabilities).success;
}

function documentRequests(workspace: Workspace): Readonly<Record<string, Answer>> {
  return {
    'textDocument/hover': answerWith(PARAMS.position, async ({ textDocument, position }) => {
      const found = meaningAt(workspace, textDocument.uri, position);
      const value = found && describeName(found.meaning, INPUT_SCHEMA);
      if (found === undefined || value === undefined) return null;
      return { contents: { kind: 'markdown', value }, range: found.reference.range };
    }),
    'textDocument/completion': answerWith(PARAMS.position, async ({ textDocument, position }) => {
      const text = workspace.textOf(textDocument.uri) ?? '';
      const own = workspace.moduleOf(textDocument.uri);
      return complete(text, position, {
        own,
        modules: workspace.modules(),
        schema: INPUT_SCHEMA,
      });
    }),
    'textDocument/definition': answerWith(PARAMS.position, async ({ textDocument, position }) => {
      const found = meaningAt(workspace, textDocument.uri, position);
      return found === undefined ? null : locationsOf(found.meaning, workspace);
    }),
    'textDocument/documentSymbol': answerWith(PARAMS.document, async ({ textDocument }) => {
      const module = workspace.moduleOf(textDocument.uri);
      return module ? listSymbols(workspace.textOf(textDocument.uri) ?? '', module) : [];
    }),
    'textDocument/formatting': answerWith(PARAMS.document, async ({ textDocument }) => {
      const text = workspace.textOf(textDocument.uri) ?? '';
      const formatted = formatRego(text, { file: textDocument.uri, regoVersion: 'auto' });
      if (!formatted.ok || formatted.value === text) return [];
      return [{ range: wholeRange(text), newText: formatted.value }];
    }),
  };
}

function ruleRequests(workspace: Workspace): Readonly<Record<string, Answer>> {
  const ruleAt = ({ textDocument, position }: z.infer<typeof PARAMS.position>) =>
    ruleOf(meaningAt(workspace, textDocument.uri, position)?.meaning);
  return {
    'textDocument/references': answerWith(PARAMS.references, async (params) => {
      const rule = ruleAt(params);
      return rule && answerReferences(workspace, rule, params.context.includeDeclaration);
    }),
    'textDocument/prepareRename': answerWith(PARAMS.position, async (params) => {
      const rule = ruleAt(params);
      const { position, textDocument } = params;
      const place = { uri: textDocument.uri, position };
      if (rule !== undefined) return answerPrepare(workspace, rule, place);
      const variable = variableAt(workspace, place);
      return variable && answerPrepareVariable(variable, position);
    }),
    'textDocument/rename': async (params) => {
      const parsed = PARAMS.rename.safeParse(params);
      if (!parsed.success) return err(invalid(parsed.error));
      const rule = ruleAt(parsed.data);
      const { position, newName, textDocument } = parsed.data;
      if (rule !== undefined) return answerRename(workspace, rule, newName);
      const { uri } = textDocument;
      const variable = variableAt(workspace, { uri, position });
      if (variable === undefined) return ok(null);
      return answerRenameVariable(variable, { uri, newName });
    },
    'textDocument/foldingRange': answerWith(PARAMS.document, async ({ textDocument: { uri } }) => {
      const module = workspace.moduleOf(uri);
      return module ? listFolds(workspace.textOf(uri) ?? '', module) : [];
    }),
  };
}

function documentNotices(
  workspace: Workspace,
  publisher: Publisher,
): Readonly<Record<string, Notice>> {
  return {
    'textDocument/didOpen': noticeOf(PARAMS.opened, async ({ textDocument: { uri, text } }) => {
      workspace.open(uri, text);
      publisher.forget(uri);
      publisher.schedule();
    }),
    'textDocument/didChange': noticeOf(
      PARAMS.changed,
      async ({ textDocument: { uri }, contentChanges }) => {
        if (!workspace.isOpen(uri)) return;
        workspace.open(uri, applyChanges(workspace.textOf(uri) ?? '', contentChanges));
        publisher.schedule();
      },
    ),
    'textDocument/didClose': noticeOf(PARAMS.document, async ({ textDocument: { uri } }) => {
      await workspace.close(uri);
      publisher.schedule();
    }),
  };
}

function meaningAt(
  workspace: Workspace,
  uri: string,
  position: LspRange['start'],
): { readonly meaning: Meaning; readonly reference: ReferenceAt } | undefined {
  const reference = referenceAt(workspace.textOf(uri) ?? '', position);
  if (reference === undefined) return undefined;
  const own = workspace.moduleOf(uri);
  const modules = workspace.modules();
  const whole = resolveName(reference.parts, own, modules);
  const reached = reference.parts.slice(0, reference.reached);
  const isWhole = whole?.kind === 'builtin' || whole?.kind === 'rules';
  const meaning = isWhole ? whole : resolveName(reached, own, modules);
  return meaning === undefined ? undefined : { meaning, reference };
}

function locationsOf(meaning: Meaning, workspace: Workspace) {
  if (meaning.kind === 'rules') {
    return meaning.rules.map(({ file, row, column }) => placeIn(workspace, file, row, column));
  }
  if (meaning.kind !== 'package') return null;
  return meaning.modules.map(({ file, packageRow }) => placeIn(workspace, file, packageRow, 1));
}

function placeIn(workspace: Workspace, uri: string, row: number, column: number) {
  const line = linesOf(workspace.textOf(uri) ?? '')[row - 1] ?? '';
  const start = { line: row - 1, character: column - 1 };
  const range = { start, end: { line: row - 1, character: line.length } };
  return { uri: workspace.spellingOf(uri), range };
}

type Texts = Readonly<Record<string, string>>;

interface Publisher {
  readonly schedule: () => void;
  /** Publishes a text again, even if nothing changes. */
  readonly forget: (uri: string) => void;
}

/** Whether two groups are of the same texts: each text is in one group. */
function isSameGroup(one: Texts, other: Texts): boolean {
  return Object.keys(one)[0] === Object.keys(other)[0];
}

/** Compiles once the client types no more; a file without remarks is published if it had some. */
function createPublisher(
  world: LanguageServerWorld,
  workspace: Workspace,
  find: Readonly<Record<'check' | 'lint', (texts: Texts) => ReturnType<typeof diagnose>>>,
): Publisher {
  const published = new Map<string, string>();
  let isScheduled = false;
  const publish = () => {
    isScheduled = false;
    const groups = workspace.groups();
    const remarks = find.lint(Object.assign({}, ...groups));
    const found = new Map(
      groups
        .flatMap((texts) => [...find.check(texts)])
        .map(([uri, mistakes]) => [uri, [...mistakes, ...(remarks.get(uri) ?? [])]]),
    );
    for (const uri of published.keys()) if (!found.has(uri)) found.set(uri, []);
    for (const [uri, diagnostics] of found) {
      const text = JSON.stringify(diagnostics);
      const before = published.get(uri) ?? (workspace.isOpen(uri) ? undefined : '[]');
      if (text === before) continue;
      published.set(uri, text);
      const spelling = workspace.spellingOf(uri);
      world.publish('textDocument/publishDiagnostics', { uri: spelling, diagnostics });
    }
  };
  return {
    forget: (uri) => {
      published.delete(canonicalUri(uri));
    },
    schedule: () => {
      if (isScheduled) return;
      isScheduled = true;
      world.later(publish);
    },
  };
}

function answerWith<T>(schema: z.ZodType<T>, work: (params: T) => Promise<unknown>): Answer {
  return async (params) => {
    const parsed = schema.safeParse(params);
    if (parsed.success) return ok((await work(parsed.data)) ?? null);
    return err(invalid(parsed.error));
  };
}

function invalid(error: z.ZodError): RpcFailure {
  return { code: RPC_CODES.invalidParams, message: z.prettifyError(error) };
}

function noticeOf<T>(schema: z.ZodType<T>, work: (params: T) => Promise<void>): Notice {
  return async (params) => {
    const parsed = schema.safeParse(params);
    if (parsed.success) await work(parsed.data);
  };
}
