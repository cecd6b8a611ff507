/** Information that editors show for a name under the pointer. Text is Markdown. */
import { BUILTIN_DOCS } from '@novacron/rego/builtins/declarations/builtin-docs';
import { BUILTINS } from '@novacron/rego/builtins/declarations/builtin-table';
import type { RegoAnnotation } from '@novacron/rego/parse/read-annotations';
import { stringify } from 'yaml';
import type { Fields } from '../../../../output/fields.ts';
import type { IndexedModule, IndexedRule } from '../names/index-module.ts';
import { fieldAt, type InputField } from '../names/input-fields.ts';
import type { Meaning } from '../names/resolve-name.ts';

/** Describes a meaning; undefined where nothing is known of it. */
export function describeName(meaning: Meaning, schema: Fields): string | undefined {
  switch (meaning.kind) {
    case 'builtin':
      return `${code(signatureOf(meaning.name))}\n\n${BUILTIN_DOCS.get(meaning.name) ?? ''}`;
    case 'input':
      return describeInput(meaning.path, fieldAt(schema, meaning.path));
    case 'rules':
      return describeRules(meaning.rules);
    case 'package':
      return describePackage(meaning.modules);
  }
}

/** The types of a builtin: `concat(string, array[string] | set[string]) -> string`. */
export function signatureOf(name: string): string {
  const { args = [], result = 'any' } = BUILTINS.get(name)?.signature ?? {};
  const words = [...args, result].map((type) => type.replaceAll('|', ' | '));
  return `${name}(${words.slice(0, -1).join(', ')}) -> ${words.at(-1)}`;
}

function describeInput(path: readonly string[], field: InputField | undefined) {
  if (field === undefined) return undefined;
  const text = field.description === undefined ? '' : `\n\n${field.description}`;
  return `${code(`${['input', ...path].join('.')}: ${field.type}`)}${text}`;
}

function describeRules(rules: readonly IndexedRule[]): string {
  const heads = [...new Set(rules.map(({ head }) => head))];
  const [first] = rules;
  const notes = rules.flatMap(({ annotation }) => annotation ?? []).map(describeAnnotation);
  return [code(heads.join('\n')), `\`data.${first?.packageName}.${first?.name}\``, ...notes].join(
    '\n\n',
  );
}

function describePackage(modules: readonly IndexedModule[]): string {
  const notes = modules.flatMap(({ annotation }) => annotation ?? []).map(describeAnnotation);
  return [code(`package ${modules[0]?.packageName}`), ...notes].join('\n\n');
}

function describeAnnotation({ title, description, custom }: RegoAnnotation): string {
  return [
    ...(title === undefined ? [] : [`**${title}**`]),
    ...(description === undefined ? [] : [description]),
    ...(Object.keys(custom).length === 0 ? [] : [`\`\`\`yaml\n${stringify(custom)}\`\`\``]),
  ].join('\n\n');
}

function code(text: string): string {
  return `\`\`\`rego\n${text}\n\`\`\``;
}
