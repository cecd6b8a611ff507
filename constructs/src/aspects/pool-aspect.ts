import { type IAspect, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { listResources, type Resource } from '../checks/list-resources.ts';
import type { Size } from '../props/size.ts';

/** What the pools of the fleet hold. What nobody says is not held against anything. */
export interface PoolAspectProps {
  /**
   * The pool of solid state disks.
   * @default - nobody knows
   */
  readonly ssd?: Size;
  /**
   * The pool of rotating disks.
   * @default - nobody knows
   */
  readonly hdd?: Size;
  /**
   * The pool of solid state disks beside the processor.
   * @default - nobody knows
   */
  readonly nvme?: Size;
}

/** Volumes of a stack whose class and size are known. */
interface Known {
  readonly path: string;
  readonly type: string;
  readonly sizeGb: number;
}

/** What the server takes where a volume names no class. */
const TYPE_DEFAULT = 'ssd';

/**
 * Fails volumes that are larger than the pool of their class, each and together. It knows pools as
 * it is told of them; how full they are only the server knows.
 */
export class PoolAspect implements IAspect {
  private readonly pools: PoolAspectProps;
  private readonly visited = new WeakSet<IConstruct>();

  public constructor(props: PoolAspectProps) {
    this.pools = props;
  }

  public visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node) || this.visited.has(node)) return;
    this.visited.add(node);
    node.node.addValidation({ validate: () => this.check(listResources(node).flatMap(known)) });
  }

  private check(volumes: readonly Known[]): string[] {
    return (['ssd', 'hdd', 'nvme'] as const).flatMap((type) => {
      const pool = this.pools[type]?.toGibibytes();
      const own = volumes.filter((volume) => volume.type === type);
      if (pool === undefined) return [];
      const large = own.filter(({ sizeGb }) => sizeGb > pool);
      if (large.length > 0) return large.map((volume) => tooLarge(volume, pool));
      const total = own.reduce((sum, { sizeGb }) => sum + sizeGb, 0);
      if (total <= pool) return [];
      const paths = own.map(({ path }) => path).join(', ');
      return [
        `${paths} are volumes of class ${type} of ${total} GiB in all, and its pool holds ` +
          `${pool} GiB. Make some smaller, or give some another \`type\`.`,
      ];
    });
  }
}

function tooLarge({ path, type, sizeGb }: Known, pool: number): string {
  return (
    `${path} is a volume of ${sizeGb} GiB, and the pool of class ${type} holds ${pool} GiB. ` +
    'Make it smaller, or give it another `type`.'
  );
}

function known({ type, path, attributes }: Resource): readonly Known[] {
  const { size_gb: sizeGb, type: pool = TYPE_DEFAULT } = attributes;
  if (type !== 'novacron_storage' || typeof sizeGb !== 'number') return [];
  return [{ path, type: String(pool), sizeGb }];
}
