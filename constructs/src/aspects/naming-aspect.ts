import { type IAspect, TerraformResource, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { findOwner } from '../synthesis/find-owner.ts';

/** Naming rules for resources. */
export interface NamingAspectProps {
  /**
   * Prefix of every name; it is added where it is missing.
   * @default - names stay as they are
   */
  readonly prefix?: string;
  /**
   * A regular expression that every name must match as a whole.
   * @default - any name is valid
   */
  readonly pattern?: string;
}

/** Enforces names: adds a prefix and checks a pattern. */
export class NamingAspect implements IAspect {
  private readonly prefix: string;
  private readonly pattern?: RegExp;
  private readonly visited = new WeakSet<IConstruct>();

  public constructor(props: NamingAspectProps) {
    this.prefix = props.prefix ?? '';
    if (props.pattern !== undefined) this.pattern = new RegExp(`^(?:${props.pattern})$`);
  }

  public visit(node: IConstruct): void {
    if (!isNamed(node)) return;
    const name = node.nameInput;
    // What begins with a token may have the prefix; what a literal begins shows whether it does.
    if (name === undefined || (Token.isUnresolved(name) && name.startsWith('$'))) return;
    if (!name.startsWith(this.prefix)) node.name = `${this.prefix}${name}`;
    if (this.visited.has(node)) return;
    this.visited.add(node);
    findOwner(node).node.addValidation({ validate: () => this.check(node.nameInput) });
  }

  private check(name = ''): string[] {
    if (this.pattern === undefined || Token.isUnresolved(name)) return [];
    if (this.pattern.test(name)) return [];
    return [
      `is named "${name}", which does not match ${this.pattern.source}. Choose a name that does.`,
    ];
  }
}

interface Named {
  name: string;
  readonly nameInput: string | undefined;
}

function isNamed(node: IConstruct): node is TerraformResource & Named {
  return (
    TerraformResource.isTerraformResource(node) &&
    node.terraformResourceType.startsWith('novacron_') &&
    'nameInput' in node
  );
}
