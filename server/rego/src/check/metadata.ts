// What `rego.metadata.chain()` and `rego.metadata.rule()` answer: the annotations of the rule that
// calls them, then those of its document, its package and the packages above. Source: OPA's
// "Rego metadata" builtins.

import { type RegoAnnotation, readAnnotations } from '../parse/read-annotations.ts';
import type { Module } from '../syntax/ast.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';
import { makeObject, type RegoValue } from '../values/rego-value.ts';
import { annotationValue } from './annotation-value.ts';
import type { ModuleContext } from './module-context.ts';
import { type RuleDefinition, type RuleNode, ruleNodes } from './rule-tree.ts';

/** The modules with the texts that they were parsed from, by their files. */
export type RuleSources = {
  readonly modules: readonly Module[];
  readonly texts: Readonly<Record<string, string>>;
};

/** An annotation and the path of what it is about. */
type Link = { readonly path: readonly string[]; readonly annotation: RegoAnnotation };

/** Annotations by what they are about. */
type Links = {
  readonly rules: ReadonlyMap<RuleDefinition, readonly RegoAnnotation[]>;
  readonly documents: ReadonlyMap<RuleNode, RegoAnnotation>;
  /** `package` and `subpackages`, by scope and path. */
  readonly packages: ReadonlyMap<string, RegoAnnotation>;
};

/** The annotations that are about a rule, the nearest first. */
export type Annotations = (node: RuleNode, definition: RuleDefinition) => readonly RegoAnnotation[];

/** Makes a reader of the annotations of rules; they are read when it is first asked. */
export function makeAnnotations(
  root: RuleNode,
  sources: RuleSources,
  problems: RegoProblem[],
): Annotations {
  let known: Links | undefined;
  return (node, definition) => {
    known ??= readLinks(root, sources, problems);
    const above = linksAbove(known, node, definition.module.package);
    const own = known.rules.get(definition) ?? [];
    return [...own, ...above.map(({ annotation }) => annotation)];
  };
}

/**
 * Makes the answers. Annotations are read when the first call of the modules is met; one that is
 * no YAML mapping is reported then.
 */
export function makeMetadata(
  root: RuleNode,
  sources: RuleSources,
  problems: RegoProblem[],
): (node: RuleNode, definition: RuleDefinition) => ModuleContext['metadata'] {
  let known: Links | undefined;
  return (node, definition) => (form) => {
    known ??= readLinks(root, sources, problems);
    const own = known.rules.get(definition) ?? [];
    if (form === 'rule') return own[0] ? annotationValue(own[0]) : makeObject([]);
    const links = own.map((annotation): Link => ({ path: node.path, annotation }));
    const outer = linksAbove(known, node, definition.module.package);
    const first = links.length > 0 ? links : [{ path: node.path, annotation: undefined }];
    return [...first, ...outer].map(({ path, annotation }) => linkValue(path, annotation));
  };
}

function linkValue(path: readonly string[], annotation: RegoAnnotation | undefined): RegoValue {
  const place: readonly [RegoValue, RegoValue] = ['path', path];
  return makeObject(annotation ? [['annotations', annotationValue(annotation)], place] : [place]);
}

function linksAbove(links: Links, node: RuleNode, home: readonly string[]): readonly Link[] {
  const above: Link[] = [];
  const add = (path: readonly string[], annotation: RegoAnnotation | undefined) => {
    if (annotation) above.push({ path, annotation });
  };
  add(node.path, links.documents.get(node));
  add(home, links.packages.get(packageKey('package', home)));
  for (let length = home.length; length > 0; length -= 1) {
    const path = home.slice(0, length);
    add(path, links.packages.get(packageKey('subpackages', path)));
  }
  return above;
}

function packageKey(scope: string, path: readonly string[]): string {
  return [scope, ...path].join('\u0000');
}

function readLinks(
  root: RuleNode,
  { modules, texts }: RuleSources,
  problems: RegoProblem[],
): Links {
  const rules = new Map<RuleDefinition, readonly RegoAnnotation[]>();
  const documents = new Map<RuleNode, RegoAnnotation>();
  const packages = new Map<string, RegoAnnotation>();
  const files = new Map<string, readonly RegoAnnotation[]>();
  for (const [file, text] of Object.entries(texts)) {
    const read = readAnnotations(text, { file });
    if (read.ok) files.set(file, read.value);
    else problems.push(...read.error);
  }
  for (const node of ruleNodes(root)) {
    for (const definition of node.definitions) {
      const { module, rule } = definition;
      const all = files.get(module.file) ?? [];
      const above = all.filter(({ subjectRow }) => subjectRow === rule.at.row).toReversed();
      rules.set(
        definition,
        above.filter(({ scope }) => scope === 'rule'),
      );
      const document = above.find(({ scope }) => scope === 'document');
      if (document && !documents.has(node)) documents.set(node, document);
    }
  }
  for (const { file, package: path } of modules) {
    for (const annotation of files.get(file) ?? []) {
      const key = packageKey(annotation.scope, path);
      if (!packages.has(key)) packages.set(key, annotation);
    }
  }
  return { rules, documents, packages };
}
