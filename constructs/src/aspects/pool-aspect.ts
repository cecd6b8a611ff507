import { type IAspect, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { listResources, type Resource } from '../checks/list-resources.ts';
import { instancesOf } from '../checks/read-attributes.ts';
import type { Size } from '../props/size.ts';

/** Capacities of the storage pools of the fleet. Pools without a capacity are not checked. */
export interface PoolAspectProps {
  /**
   * Capacity of the SSD pool.
   * @default - not checked
   */
  readonly ssd?: Size;
  /**
   * Capacity of the HDD pool.
   * @default - not checked
   */
  readonly hdd?: Size;
  /**
   * Capacity of the NVMe pool.
   * @default - not checked
   */
  readonly nvme?: Size;
}

/** Volumes of a stack whose class and size are known. */
interface Known {
  readonly path: string;
  readonly type: string;
  readonly sizeGb: number;
  readonly instances: number;
}

/** The server's default class of a volume. */
export const TYPE_DEFAULT = 'ssd';

/**
 * Rejects volumes that exceed the pool of their class, individually or in total. It uses the given
 * capacities; current usage is only known to the server.
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
      const total = own.reduce((sum, { sizeGb, instances }) => sum + sizeGb * instances, 0);
      if (total <= pool) return [];
      const paths = own.map(({ path }) => path).join(', ');
      return [
        `${paths} are volumes of class ${type} with ${total} GiB in total, but the pool has ` +
          `${pool} GiB. Make some smaller, or choose another \`type\` for some.`,
      ];
    });
  }
}

function tooLarge({ path, type, sizeGb }: Known, pool: number): string {
  return (
    `${path} is a volume of ${sizeGb} GiB, but the pool of class ${type} has ${pool} GiB. ` +
    'Make it smaller, or choose another `type`.'
  );
}

function known({ type, path, attributes }: Resource): readonly Known[] {
  const { size_gb: sizeGb, type: pool = TYPE_DEFAULT } = attributes;
  if (type !== 'novacron_storage' || typeof sizeGb !== 'number') return [];
  const instances = instancesOf(attributes);
  return [{ path, type: String(pool), sizeGb, instances: Number.isNaN(instances) ? 1 : instances }];
}
