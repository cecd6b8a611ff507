/**
 * Renders the provider's pages in the layout that registries read: one per type, from its schema.
 */
import type { Table } from '../framework/provider.ts';
import type { Parameter, ProviderFunction } from '../framework/provider-function.ts';
import type { Schema } from '../framework/schema/schema.ts';
import { type Examples, findExample } from './find-example.ts';
import { describeShape, renderAttributes } from './render-attributes.ts';

/** Texts by path below the folder of the documentation: `resources/vm.md`. */
export type Pages = Readonly<Record<string, string>>;

/** Documented objects: a schema gives each a page with attributes. */
type Described = Table<{ readonly schema: Schema }>;

/** Sources of the pages. */
export interface PageSources {
  readonly provider: {
    readonly schema: Schema;
    readonly resources: Described;
    readonly dataSources: Described;
    readonly ephemeralResources?: Described;
    readonly functions?: Table<ProviderFunction>;
  };
  readonly examples: Examples;
  /** Titles of the guides, which people write, by path: `guides/testing.md`. */
  readonly guides: Readonly<Record<string, string>>;
}

const NAME = 'novacron';

/** Kinds of things that have attributes; `word` is how a configuration declares them. */
const KINDS = [
  { folder: 'resources', word: 'resource', title: 'Resource' },
  { folder: 'data-sources', word: 'data', title: 'Data Source' },
  { folder: 'ephemeral-resources', word: 'ephemeral', title: 'Ephemeral Resource' },
] as const;
type Kind = (typeof KINDS)[number];

/**
 * Renders all pages but the guides.
 * @throws Error when something has no example
 */
export function renderPages(sources: PageSources): Pages {
  const { provider } = sources;
  const tables = [provider.resources, provider.dataSources, provider.ephemeralResources ?? {}];
  const typed = KINDS.flatMap((kind, index) =>
    Object.entries(tables[index] ?? {}).map(([type, { schema }]) => [
      `${kind.folder}/${shortName(type)}.md`,
      renderTypePage(kind, { type, schema, examples: sources.examples }),
    ]),
  );
  const functions = Object.entries(provider.functions ?? {}).map(([name, found]) => [
    `functions/${name}.md`,
    renderFunctionPage(name, found, sources.examples),
  ]);
  const pages: Pages = Object.fromEntries([...typed, ...functions]);
  return { 'index.md': renderIndex(sources, Object.keys(pages)), ...pages };
}

function shortName(type: string): string {
  return type.slice(NAME.length + 1);
}

interface Head {
  readonly title: string;
  readonly description: string;
}

/** The registry reads title and description from the lines above the page. */
function renderHead({ title, description }: Head): string {
  const pageTitle = JSON.stringify(`${title} - ${NAME}`);
  return `---
page_title: ${pageTitle}
subcategory: ""
description: |-
  ${description}
---
`;
}

function renderExample(code: string): string {
  return `## Example Usage\n\n\`\`\`terraform\n${code.trim()}\n\`\`\``;
}

function renderTypePage(
  kind: Kind,
  found: { readonly type: string; readonly schema: Schema; readonly examples: Examples },
): string {
  const { type, schema, examples } = found;
  const { description } = schema;
  const folder = shortName(type).replaceAll('_', '-');
  const example = findExample(examples, { folder, needle: `${kind.word} "${type}"` });
  const parts = [
    renderHead({ title: `${type} ${kind.title}`, description }),
    `# ${type} (${kind.title})`,
    description,
    renderExample(example),
    `## Schema\n\n${renderAttributes(schema.attributes)}`,
    ...(kind.word === 'resource' ? [renderImport(type, schema)] : []),
  ];
  return `${parts.join('\n\n').replace('---\n\n\n', '---\n\n')}\n`;
}

function renderImport(type: string, { attributes }: Schema): string {
  const { description = 'its id' } = attributes.id ?? {};
  const kind = /of the ([^,]+),/.exec(description)?.[1] ?? 'object';
  const field = ['name', 'path'].find((name) => attributes[name] !== undefined);
  const by =
    field === undefined
      ? `By the id of the ${kind}.`
      : `By the id of the ${kind} or by its ${field}; the prefix \`${field}=\` marks a ${field} ` +
        'that looks like an id.';
  const word = field === undefined ? 'ID' : `${field}=example`;
  return `## Import

${by}

\`\`\`terraform
import {
  to = ${type}.example
  id = "${word}"
}
\`\`\`

\`\`\`shell
terraform import ${type}.example ${word}
\`\`\``;
}

function renderFunctionPage(name: string, found: ProviderFunction, examples: Examples): string {
  const { summary, description, parameters, returns } = found;
  const needle = `provider::${NAME}::${name}(`;
  const example = findExample(examples, { folder: name.replaceAll('_', '-'), needle });
  const signature = parameters.map((each) => `${each.name} ${typeWord(each)}`).join(', ');
  const list = parameters.map(
    (each, index) =>
      `${index + 1}. \`${each.name}\` (${describeShape(each.type.shape)}) ${each.description}`,
  );
  const parts = [
    renderHead({ title: `${name} Function`, description: summary }),
    `# ${name} (Function)`,
    `${description} Needs Terraform 1.8.`,
    renderExample(example),
    `## Signature\n\n\`\`\`text\n${name}(${signature}) ${typeWord({ type: returns })}\n\`\`\``,
    `## Arguments\n\n${list.join('\n')}`,
    `## Return Type\n\n${describeShape(returns.shape)}.`,
  ];
  return `${parts.join('\n\n').replace('---\n\n\n', '---\n\n')}\n`;
}

function typeWord({ type }: Pick<Parameter, 'type'>): string {
  return describeShape(type.shape).toLowerCase();
}

function renderIndex({ provider, examples, guides }: PageSources, paths: readonly string[]) {
  const { description, attributes } = provider.schema;
  const quickstart = examples.get('quickstart') ?? '';
  const sections = [...KINDS.map(({ folder }) => folder), 'functions'].map((folder) => {
    const links = paths
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => `[${path.slice(folder.length + 1, -'.md'.length)}](${path})`);
    return `- ${folder.replace('-', ' ')}: ${links.join(', ')}`;
  });
  const reading = Object.entries(guides).map(([path, title]) => `- [${title}](${path})`);
  const parts = [
    renderHead({ title: 'Provider', description }),
    '# NovaCron Provider',
    `${description} A plan already shows the node of each new VM, policy denials, and what has ` +
      'drifted since the last apply, how severely and who changed it.',
    renderExample(quickstart),
    `## Guides\n\n${reading.join('\n')}`,
    `## Contents\n\n${sections.join('\n')}`,
    `## Schema\n\n${renderAttributes(attributes)}`,
  ];
  return `${parts.join('\n\n').replace('---\n\n\n', '---\n\n')}\n`;
}
