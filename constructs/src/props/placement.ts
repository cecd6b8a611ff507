import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { VmPlacement, VmPlacementAffinity } from '../gen/vm/index.ts';
import { TopologyLevel } from './choices.ts';
import type { PeerOptions } from './peer-rules.ts';
import type { PlacementProps } from './placement-props.ts';

/** A rule about one other VM. */
export interface PeerRule {
  readonly peer: IConstruct;
  readonly kind: 'near' | 'away';
  /** The other VM's name: a reference, or a literal that creates no dependency. */
  readonly name: string;
  readonly level: string;
  readonly mode: 'hard' | 'soft';
}

/** The placement rules of a VM or the members of a group; rules may be added after construction. */
export class Placement {
  /** The rules about other VMs. */
  public readonly rules: PeerRule[] = [];
  /** The topology level that members are spread over. */
  public spreadDomain?: string;
  private readonly props: PlacementProps;

  public constructor(props: PlacementProps) {
    this.props = props;
  }

  /** Adds a rule about another VM. */
  public add(rule: Pick<PeerRule, 'kind' | 'peer' | 'name'>, options: PeerOptions = {}): void {
    const { level = TopologyLevel.NODE, soft = false } = options;
    this.rules.push({ ...rule, level: level.word, mode: soft ? 'soft' : 'hard' });
  }

  /** The required zone, rack and node, as far as they are set and known. */
  public get pins(): { readonly [level: string]: string } {
    const { zone, rack, nodeName: node } = this.props;
    const known = Object.entries({ zone, rack, node }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !Token.isUnresolved(entry[1]),
    );
    return Object.fromEntries(known);
  }

  /** Renders the L1 attribute; undefined without any rules. */
  public render(): VmPlacement | undefined {
    const { strategy, zone, rack, nodeName, numa, pinPreview } = this.props;
    const { nodeLabels, preferredNodeLabels } = this.props;
    const placement: VmPlacement = {
      strategy: strategy?.word,
      zone,
      rack,
      nodeAttribute: nodeName,
      nodeLabels,
      preferredNodeLabels,
      numa: numa?.word,
      pinPreview,
      spreadDomain: this.spreadDomain,
      affinity: this.renderRules('near'),
      antiAffinity: this.renderRules('away'),
    };
    return Object.values(placement).some((value) => value !== undefined) ? placement : undefined;
  }

  private renderRules(kind: PeerRule['kind']): VmPlacementAffinity[] | undefined {
    const rules = this.rules.filter((rule) => rule.kind === kind);
    if (rules.length === 0) return undefined;
    return rules.map(({ name, level, mode }) => ({ vm: name, level, mode }));
  }
}
