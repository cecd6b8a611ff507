import { type TerraformStack, Testing } from 'cdktf';
import { isFields, type Mismatch, matchers, wordsOf } from './mismatch.ts';

type Fields = { readonly [name: string]: unknown };

/**
 * A synthesised stack, for tests. Its methods throw an error that says what was found instead, so
 * that they work in any test framework. Properties have the names of the Terraform JSON, such as
 * `cpu_cores`. Source of the idea: `Template` of the AWS CDK.
 */
export class SynthesizedStack {
  /**
   * Synthesises a stack, with its checks.
   * @throws what the checks of its constructs complain of
   */
  public static fromStack(stack: TerraformStack): SynthesizedStack {
    return SynthesizedStack.fromJson(Testing.synth(stack, true));
  }

  /** Reads what was synthesised, the content of `cdk.tf.json`. */
  public static fromJson(json: string): SynthesizedStack {
    return new SynthesizedStack(JSON.parse(json));
  }

  private readonly content: Fields;

  private constructor(content: Fields) {
    this.content = content;
  }

  /** The content of the stack. */
  public toJson(): { [section: string]: unknown } {
    return { ...this.content };
  }

  /**
   * The resources of a type with these properties, by id.
   * @param type such as `novacron_vm`
   * @param properties what they have at least (default: any)
   */
  public findResources(
    type: string,
    properties: { [name: string]: unknown } = {},
  ): { [id: string]: unknown } {
    return matching(this.entriesOf('resource', type), properties);
  }

  /** Requires a resource of a type with at least these properties. */
  public hasResource(type: string, properties: { [name: string]: unknown } = {}): void {
    this.requireOne('resource', type, properties);
  }

  /** The same as `hasResource`, by the name that the AWS CDK has for it. */
  public hasResourceProperties(type: string, properties: { [name: string]: unknown }): void {
    this.hasResource(type, properties);
  }

  /** Requires a data source of a type with at least these properties. */
  public hasDataSource(type: string, properties: { [name: string]: unknown } = {}): void {
    this.requireOne('data', type, properties);
  }

  /** Requires a resource of a type, and that each has at least these properties. */
  public allResources(type: string, properties: { [name: string]: unknown }): void {
    const entries = this.entriesOf('resource', type);
    if (entries.length === 0) throw this.noneOf('resource', type);
    const wrong = entries.flatMap(([id, found]) => {
      const mismatches = differ(properties, found);
      return mismatches.length === 0 ? [] : [`${type}.${id}:\n${linesOf(mismatches)}`];
    });
    if (wrong.length === 0) return;
    const count = `${wrong.length} of ${entries.length} resources of type ${type}`;
    throw new Error(`${count} differ from ${wordsOf(properties)}.\n${wrong.join('\n')}`);
  }

  /** Requires a number of resources of a type. */
  public resourceCountIs(type: string, count: number): void {
    const ids = this.entriesOf('resource', type).map(([id]) => id);
    if (ids.length === count) return;
    const names = ids.length === 0 ? '' : `: ${ids.join(', ')}`;
    throw new Error(`${count} resources of type ${type} expected, ${ids.length} found${names}.`);
  }

  /** The same as `allResources`, by the name that the AWS CDK has for it. */
  public allResourcesProperties(type: string, properties: { [name: string]: unknown }): void {
    this.allResources(type, properties);
  }

  /** Requires a number of resources of a type with at least these properties. */
  public resourcePropertiesCountIs(
    type: string,
    properties: { [name: string]: unknown },
    count: number,
  ): void {
    const ids = Object.keys(this.findResources(type, properties));
    if (ids.length === count) return;
    throw new Error(
      `${count} resources of type ${type} with ${wordsOf(properties)} expected, ` +
        `${ids.length} found${ids.length === 0 ? '' : `: ${ids.join(', ')}`}.`,
    );
  }

  /**
   * The data sources of a type with these properties, by id.
   * @param type such as `novacron_template`
   * @param properties what they have at least (default: any)
   */
  public findDataSources(
    type: string,
    properties: { [name: string]: unknown } = {},
  ): { [id: string]: unknown } {
    return matching(this.entriesOf('data', type), properties);
  }

  /** Requires an output with at least these properties. */
  public hasOutput(id: string, properties: { [name: string]: unknown } = {}): void {
    this.requireNamed('output', id, properties);
  }

  /**
   * The outputs with these properties, by id.
   * @param properties what they have at least (default: any)
   */
  public findOutputs(properties: { [name: string]: unknown } = {}): { [id: string]: unknown } {
    return matching(Object.entries(fieldsOf(this.content.output)), properties);
  }

  /** Requires a Terraform variable with at least these properties. */
  public hasVariable(id: string, properties: { [name: string]: unknown } = {}): void {
    this.requireNamed('variable', id, properties);
  }

  /**
   * Requires that the whole content has at least these sections.
   * @param pattern such as `{ terraform: { backend: Match.anyValue() } }`
   */
  public templateMatches(pattern: { [section: string]: unknown }): void {
    const mismatches = differ(pattern, this.content);
    if (mismatches.length > 0) throw new Error(`The stack differs:\n${linesOf(mismatches)}`);
  }

  private requireNamed(section: 'output' | 'variable', id: string, properties: Fields): void {
    const all = fieldsOf(this.content[section]);
    const found = all[id];
    if (found === undefined) {
      const names = Object.keys(all);
      const others = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
      throw new Error(`The stack has no ${section} ${id}: ${others}.`);
    }
    const mismatches = differ(properties, found);
    if (mismatches.length === 0) return;
    const title = section === 'output' ? 'Output' : 'Variable';
    throw new Error(`${title} ${id} differs:\n${linesOf(mismatches)}`);
  }

  private requireOne(section: 'resource' | 'data', type: string, properties: Fields): void {
    const entries = this.entriesOf(section, type);
    if (entries.length === 0) throw this.noneOf(section, type);
    const judged = entries
      .map(([id, found]) => ({ id, mismatches: differ(properties, found) }))
      .sort((one, other) => one.mismatches.length - other.mismatches.length);
    const [closest] = judged;
    if (closest === undefined || closest.mismatches.length === 0) return;
    throw new Error(
      `None of ${entries.length} of type ${type} has ${wordsOf(properties)}. The closest is ` +
        `${closest.id}:\n${linesOf(closest.mismatches)}`,
    );
  }

  private noneOf(section: 'resource' | 'data', type: string): Error {
    const types = Object.keys(fieldsOf(this.content[section]));
    const others = types.length === 0 ? 'it has none' : `it has ${types.join(', ')}`;
    const what = section === 'data' ? 'data source' : 'resource';
    return new Error(`The stack has no ${what} of type ${type}: ${others}.`);
  }

  private entriesOf(section: 'resource' | 'data', type: string): readonly [string, unknown][] {
    return Object.entries(fieldsOf(fieldsOf(this.content[section])[type]));
  }
}

function matching(entries: readonly (readonly [string, unknown])[], properties: Fields) {
  return Object.fromEntries(entries.filter(([, found]) => differ(properties, found).length === 0));
}

function differ(properties: Fields, found: unknown): readonly Mismatch[] {
  return matchers.objectLike(properties, found, []);
}

function linesOf(mismatches: readonly Mismatch[]): string {
  return mismatches
    .map(({ path, expected, found }) => `  ${path}: expected ${expected}, found ${found}`)
    .join('\n');
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
