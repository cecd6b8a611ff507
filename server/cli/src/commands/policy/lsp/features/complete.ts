/** Completions at a position. */
import { BUILTIN_DOCS } from '@novacron/rego/builtins/declarations/builtin-docs';
import { BUILTINS } from '@novacron/rego/builtins/declarations/builtin-table';
import type { Fields } from '../../../../output/fields.ts';
import type { IndexedModule } from '../names/index-module.ts';
import { fieldsAt } from '../names/input-fields.ts';
import { typedBefore } from '../text/reference-at.ts';
import { type LspPosition, type LspRange, linesOf } from '../text/text-positions.ts';
import { signatureOf } from './describe-name.ts';

/** One proposal. */
export interface CompletionItem {
  readonly label: string;
  /** Numbers of LSP: 3 function, 5 field, 6 variable, 9 module, 14 keyword. */
  readonly kind: number;
  readonly detail?: string;
  readonly documentation?: string;
  readonly textEdit: { readonly range: LspRange; readonly newText: string };
}

type Proposal = Omit<CompletionItem, 'textEdit'>;

const KINDS = { function: 3, field: 5, variable: 6, module: 9, keyword: 14 } as const;

const KEYWORDS =
  'as contains default else every false if import in not null package some true with'.split(' ');

const FIXED_IMPORTS = ['rego.v1', 'future.keywords', 'input', 'data'];

/** Context of a completion. */
export interface CompletionWorld {
  readonly own: IndexedModule | undefined;
  readonly modules: readonly IndexedModule[];
  /** JSON Schema of `input`. */
  readonly schema: Fields;
}

/** Lists the proposals at a position, each with the range that it replaces. */
export function complete(
  text: string,
  position: LspPosition,
  world: CompletionWorld,
): readonly CompletionItem[] {
  const typed = typedBefore(text, position);
  if (typed === undefined) return [];
  const start = { line: position.line, character: position.character - typed.length };
  const range = { start, end: position };
  const line = (linesOf(text)[position.line] ?? '').slice(0, start.character);
  return propose(line, typed, world)
    .filter(({ label }) => label.startsWith(typed) && label !== typed)
    .map((each) => ({ ...each, textEdit: { range, newText: each.label } }));
}

function propose(line: string, typed: string, world: CompletionWorld): readonly Proposal[] {
  if (/^\s*import\s+$/.test(line)) return proposeImports(world.modules);
  if (/^\s*package\s+$/.test(line)) return packageNames(world.modules).map(asModule);
  const path = typed.split('.').slice(0, -1);
  const [head] = path;
  if (head === undefined) return proposeNames(world);
  const imported = world.own?.imports.get(head);
  const [root, ...rest] = imported === undefined ? path : [...imported, ...path.slice(1)];
  const prefix = `${path.join('.')}.`;
  if (root === 'input') {
    return fieldsAt(world.schema, rest).map(({ name, type, description }) => ({
      label: `${prefix}${name}`,
      kind: KINDS.field,
      detail: type,
      ...(description === undefined ? {} : { documentation: description }),
    }));
  }
  if (root === 'data') return proposeBelow(rest, prefix, world.modules);
  return proposeBuiltins(prefix);
}

function proposeNames({ own, modules }: CompletionWorld): readonly Proposal[] {
  const rules = modules
    .filter(({ packageName }) => packageName === own?.packageName)
    .flatMap((each) => rulesOf(each, ''));
  const names = [...(own?.imports.keys() ?? [])].map(asModule);
  return unique([
    ...rules,
    ...names,
    ...['input', 'data'].map(asModule),
    ...KEYWORDS.map((label) => ({ label, kind: KINDS.keyword })),
    ...proposeBuiltins(''),
  ]);
}

function proposeImports(modules: readonly IndexedModule[]): readonly Proposal[] {
  const paths = packageNames(modules).map((name) => `data.${name}`);
  return [...FIXED_IMPORTS, ...paths].map(asModule);
}

function proposeBuiltins(prefix: string): readonly Proposal[] {
  return [...BUILTINS.keys()]
    .filter((name) => name.startsWith(prefix) && !name.startsWith('internal.'))
    .map((label) => ({
      label,
      kind: KINDS.function,
      detail: signatureOf(label),
      documentation: BUILTIN_DOCS.get(label) ?? '',
    }));
}

/** The next parts of packages below `data`, and the rules of the package that a path is. */
function proposeBelow(
  path: readonly string[],
  prefix: string,
  modules: readonly IndexedModule[],
): readonly Proposal[] {
  const parts = modules.flatMap(({ packageName }): Proposal[] => {
    const own = packageName.split('.');
    const next = own[path.length];
    const isBelow = path.every((part, index) => own[index] === part);
    return isBelow && next !== undefined ? [asModule(`${prefix}${next}`)] : [];
  });
  const here = modules.filter(({ packageName }) => packageName === path.join('.'));
  return unique([...parts, ...here.flatMap((each) => rulesOf(each, prefix))]);
}

function rulesOf({ rules }: IndexedModule, prefix: string): readonly Proposal[] {
  return rules
    .filter(({ kind }) => kind !== 'test')
    .map(({ name, kind, head, annotation }) => ({
      label: `${prefix}${name}`,
      kind: kind === 'function' ? KINDS.function : KINDS.variable,
      detail: head,
      ...(annotation?.title === undefined ? {} : { documentation: annotation.title }),
    }));
}

function packageNames(modules: readonly IndexedModule[]): readonly string[] {
  return [...new Set(modules.map(({ packageName }) => packageName))].sort();
}

function asModule(label: string): Proposal {
  return { label, kind: KINDS.module };
}

function unique(proposals: readonly Proposal[]): readonly Proposal[] {
  const byLabel = new Map<string, Proposal>();
  for (const each of proposals) if (!byLabel.has(each.label)) byLabel.set(each.label, each);
  return [...byLabel.values()];
}
