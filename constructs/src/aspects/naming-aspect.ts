import { type IAspect, TerraformResource, Token } from 'cdktf';
import type { IConstruct } from 'constructs';

/** How resources are to be called. */
export interface NamingAspectProps {
  /**
   * What every name begins with; a name that does not gets it.
   * @default - names stay as they are
   */
  readonly prefix?: string;
  /**
   * A regular expression that every name has to match as a whole.
   * @default - any name will do
   */
  readonly pattern?: string;
}

/** Names that follow a rule: a prefix that is added, a pattern that is checked. */
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
    if (name === undefined || Token.isUnresolved(name)) return;
    if (!name.startsWith(this.prefix)) node.name = `${this.prefix}${name}`;
    if (this.visited.has(node)) return;
    this.visited.add(node);
    node.node.addValidation({ validate: () => this.check(node.nameInput) });
  }

  private check(name = ''): string[] {
    if (this.pattern === undefined || this.pattern.test(name)) return [];
    return [
      `is called "${name}", which ${this.pattern.source} does not match. Give it a name that does.`,
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
