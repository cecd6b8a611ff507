/** Types of placement: the request, the fleet and the plan. */

import type { NodeStatus } from '@novacron/contract/fleet/node';
import type { NodeId } from '@novacron/contract/ids';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Prices } from './prices.ts';

/** An amount of each dimension that every node gives and every VM takes. */
export interface Amounts {
  /** Unit: cores. */
  readonly cpuCores: number;
  /** Unit: MiB. */
  readonly memoryMib: number;
  /** Unit: GB. */
  readonly diskGb: number;
}

/** Labels: names and values. */
export type Labels = Readonly<Record<string, string>>;

/** A further dimension: disk of a class (unit: GB), or network bandwidth (unit: Mbit/s). */
export type PoolName = `disk:${string}` | 'bandwidth';

/** Capacity and usage of a further dimension of a node. */
export interface Pool {
  readonly capacity: number;
  readonly used: number;
}

/** Devices of one kind and model on a node. */
export interface DeviceGroup {
  /** For example `gpu`. */
  readonly kind: string;
  readonly model: string;
  /** Free share of each device; unit: thousandths of a device, 0 to 1000. */
  readonly freeMilli: readonly number[];
}

/** Devices that a VM needs; all of them on one node, each share on a device of its own. */
export interface DeviceRequest {
  readonly kind: string;
  /** Models that will do; any when absent. */
  readonly models?: readonly string[] | undefined;
  readonly count: number;
  /** The share of each device; unit: thousandths, 1 to 1000. Several devices are taken whole. */
  readonly milli: number;
}

/** Cores and memory that are near each other. Only what is bound to the cell counts as used. */
export interface NumaCell {
  readonly cpuCores: number;
  readonly cpuCoresUsed: number;
  readonly memoryMib: number;
  readonly memoryMibUsed: number;
}

/**
 * A mark that repels VMs from a node: VMs that do not tolerate it must not (`refuse`) or should not
 * (`avoid`) go there.
 */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'refuse' | 'avoid';
}

/** A taint that a VM tolerates; every value of the key when `value` is absent. */
export interface Toleration {
  readonly key: string;
  readonly value?: string | undefined;
}

/** The measured use of a node, as opposed to what it has promised; 0 to 1. */
export interface MeasuredLoad {
  readonly cpuRatio: number;
  readonly memoryRatio: number;
}

/** A volume of the VM and the places from which it can be reached. */
export interface VolumeSite {
  readonly name: string;
  /** Names of the nodes that reach it; all of the zone when absent. */
  readonly nodes?: readonly string[] | undefined;
  readonly zone?: string | undefined;
  readonly need: 'required' | 'preferred';
}

/** The VM to place. */
export interface VmRequest extends Amounts {
  readonly name: string;
  readonly labels: Labels;
  /** Name of the VM group that it belongs to. */
  readonly group?: string | undefined;
  readonly pools?: Readonly<Partial<Record<PoolName, number>>> | undefined;
  readonly devices?: readonly DeviceRequest[] | undefined;
  /** Whether it pays the price of spot VMs. */
  readonly spot?: 'yes' | undefined;
  /** VMs of its tenant, this one included, for volume discounts; 1 where it is absent. */
  readonly tenantVms?: number | undefined;
  /**
   * Class of each of its addresses, for their price; absent: none. `unknown`: its networks are not
   * known, and addresses have a price.
   */
  readonly addressClasses?: readonly (string | null)[] | 'unknown' | undefined;
  /** `single`: it must fit into one cell. `prefer-single`: it may be split, with a lower score. */
  readonly numa?: 'any' | 'prefer-single' | 'single' | undefined;
  /** `dedicated`: each virtual core has a physical core of its own, within the node's cells. */
  readonly pinning?: 'shared' | 'dedicated' | undefined;
  /** Networks that the node must reach. */
  readonly networks?: readonly string[] | undefined;
  readonly volumes?: readonly VolumeSite[] | undefined;
  /** Names of licence pools that it needs a licence of. */
  readonly licences?: readonly string[] | undefined;
  /** Features that the hypervisor of the node must have, in words: `limits of disks`. */
  readonly features?: readonly string[] | undefined;
  /** Features that the node should have, where it can be chosen. */
  readonly preferredFeatures?: readonly string[] | undefined;
}

/**
 * Reason for suspecting a node: it is silent for some seconds, its agent was stopped on purpose,
 * its agent does not respond while the node is alive, or its storage has cut it off.
 */
export type SuspicionKind = 'silent' | 'planned-stop' | 'agent-silent' | 'cut-off';

/** A node as the planner sees it. What is absent is not there, or is not limited. */
export interface PlacementNode {
  readonly id: NodeId;
  /** Unique in the fleet. */
  readonly name: string;
  readonly zone: string;
  /** Unique within its zone. */
  readonly rack: string;
  readonly status: NodeStatus;
  /** Set for a `lost` node whose agent is there, but refuses this server. */
  readonly controlPlane?: 'other' | undefined;
  /** `lost` says too much: what is known instead. */
  readonly suspected?: SuspicionKind | undefined;
  /** Capacity that the node can allocate. */
  readonly capacity: Amounts;
  /** Resources allocated to VMs and reservations. */
  readonly used: Amounts;
  /** VMs on the node, of all tenants. */
  readonly vmCount: number;
  /** The largest VMs on it; lets failover be judged VM by VM instead of by sums. */
  readonly residents?: readonly Amounts[] | undefined;
  readonly pools?: Readonly<Partial<Record<PoolName, Pool>>> | undefined;
  readonly devices?: readonly DeviceGroup[] | undefined;
  /** The node counts as one cell when absent. */
  readonly numaCells?: readonly NumaCell[] | undefined;
  readonly labels?: Labels | undefined;
  readonly taints?: readonly Taint[] | undefined;
  /** Networks that it reaches; all when absent. */
  readonly networks?: readonly string[] | undefined;
  /** Features of its hypervisor; none when absent. */
  readonly features?: readonly string[] | undefined;
  /** The jurisdiction of its data, for example `eu`. */
  readonly jurisdiction?: string | undefined;
  /** The price list and what of it holds here; prices take precedence over `costPerHour`. */
  readonly prices?: Prices | undefined;
  /** Any currency, the same for all nodes. */
  readonly costPerHour?: number | undefined;
  /** Probability that it is withdrawn within the hour, 0 to 1. */
  readonly spotRisk?: number | undefined;
  readonly load?: MeasuredLoad | undefined;
}

/** Selects placed VMs of the tenant, never the VM itself. */
export type PeerSelector =
  | { readonly kind: 'vm'; readonly name: string }
  | { readonly kind: 'group'; readonly group: string }
  /** All of the labels. */
  | { readonly kind: 'labels'; readonly labels: Labels };

/** The topology level of a rule. */
export type TopologyLevel = 'node' | 'rack' | 'zone';

/** Whether a rule is hard or soft. */
export type Need = 'required' | 'preferred';

/** Keep the VM together with, or apart from, others. */
export interface AffinityTerm {
  readonly rule: 'together' | 'apart';
  readonly to: PeerSelector;
  readonly level: TopologyLevel;
  readonly need: Need;
}

/** Spread the selected VMs, this one among them, evenly over zones, racks or nodes. */
export interface SpreadTerm {
  readonly of: PeerSelector;
  readonly level: TopologyLevel;
  /** Maximum difference between the fullest and the emptiest place; 1 and up. */
  readonly maxSkew: number;
  readonly need: Need;
}

/** A VM of the same tenant that is placed already. */
export interface Peer {
  readonly nodeId: NodeId;
  readonly labels: Labels;
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  /** Its own required `apart` terms, which also apply to VMs placed later. */
  readonly apart?: readonly AffinityTerm[] | undefined;
}

/** Hard constraints and preferences of a request. */
export interface PlacementConstraints {
  /** Name of the only node allowed. */
  readonly node?: string | undefined;
  /** Names of nodes that are excluded. */
  readonly excludeNodes?: readonly string[] | undefined;
  /** Reasons for exclusions, each a clause about the node: `cannot connect the network …`. */
  readonly exclusions?: Readonly<Record<string, string>> | undefined;
  /** The only zone allowed. */
  readonly zone?: string | undefined;
  /** The only zones allowed. */
  readonly zones?: readonly string[] | undefined;
  readonly preferZones?: readonly string[] | undefined;
  /** Names of preferred nodes. */
  readonly preferNodes?: readonly string[] | undefined;
  /** Labels that the node must have. */
  readonly nodeLabels?: Labels | undefined;
  /** Labels of preferred nodes: the more of them, the better; at least one. */
  readonly preferNodeLabels?: Labels | undefined;
  readonly tolerations?: readonly Toleration[] | undefined;
  /** Jurisdictions in which its data may be stored. */
  readonly jurisdictions?: readonly string[] | undefined;
  /** 0 to 1. */
  readonly spotRiskMax?: number | undefined;
  readonly affinity?: readonly AffinityTerm[] | undefined;
  readonly spread?: readonly SpreadTerm[] | undefined;
}

/**
 * Placement strategy of the fleet. `balanced`: even use of all nodes; `pack`: few nodes, full;
 * `spread`: similar VMs far from each other; `cost`: cheap and safe nodes; `performance`: idle
 * nodes; `fragmentation`: devices stay usable for the expected workload; `failover`: balanced, and
 * every node's VMs can restart elsewhere. The remaining strategies are baselines for comparison:
 * `best-fit`: the node with least room left; `fgd`: the fragmentation score of FGD's authors;
 * `first-fit`: the first by name; `random`: a random node.
 */
export type StrategyName =
  | 'balanced'
  | 'best-fit'
  | 'cost'
  | 'failover'
  | 'fgd'
  | 'first-fit'
  | 'fragmentation'
  | 'pack'
  | 'performance'
  | 'random'
  | 'spread';

/** A strategy, or a mix of them by weight (0 and up; only their ratios matter). */
export type PlacementStrategy =
  | StrategyName
  | { readonly mix: Readonly<Partial<Record<StrategyName, number>>> };

/** Licences of a product: how many VMs may use it, or how many nodes may run VMs that use it. */
export interface LicencePool {
  readonly name: string;
  readonly per: 'node' | 'vm';
  readonly limit: number;
  /** VMs (per `vm`) that hold one. */
  readonly used: number;
  /** Names of the nodes (per `node`) that hold one. */
  readonly nodes: readonly string[];
}

/** A kind of VM that is typical of the fleet, for judging whether a fragment is still usable. */
export interface TypicalWorkload {
  readonly cpuCores: number;
  readonly devices: readonly DeviceRequest[];
  /** Its share of all requests, 0 to 1. */
  readonly share: number;
}

/** A placement request, without the fleet. */
export interface PlacementRequest {
  readonly vm: VmRequest;
  readonly constraints: PlacementConstraints;
  readonly strategy: PlacementStrategy;
  readonly licences?: readonly LicencePool[] | undefined;
  /**
   * Whether a node that does not say its NUMA cells, bandwidth or devices takes a VM that needs
   * them. `refuse`: no, as for a new VM; `accept`: its NUMA cells and bandwidth are taken to be
   * enough, as for a VM that runs. When absent, the node counts as one cell and has nothing else.
   */
  readonly unknownFacts?: 'refuse' | 'accept' | undefined;
  /** The workload that `fragmentation` judges fragments by; the VM itself when absent. */
  readonly workload?: readonly TypicalWorkload[] | undefined;
  /** Constraints added by orchestration policies, a line each, for the explanation. */
  readonly steering?: readonly string[] | undefined;
}

/**
 * Overcommit ratios by node class and dimension: the multiple of its capacity that a node may
 * promise; 1 is its capacity.
 */
export type Overcommit = Readonly<Record<string, Partial<Amounts>>>;

/** Everything that a placement is decided from, besides `env`. */
export interface PlacementInput extends PlacementRequest {
  readonly nodes: readonly PlacementNode[];
  /** The tenant's placed VMs; may be empty. */
  readonly peers: readonly Peer[];
}

/** A share of a device that the VM gets. */
export interface DeviceGrant {
  /** Place in the node's `devices`. */
  readonly group: number;
  /** Place in the group's `freeMilli`. */
  readonly device: number;
  readonly milli: number;
}

/** Resources of a NUMA cell granted to the VM. */
export interface CellGrant {
  /** Place in the node's `numaCells`. */
  readonly cell: number;
  readonly cpuCores: number;
  readonly memoryMib: number;
}

/** The chosen node and the explanation of the choice. */
export interface PlacementPlan {
  readonly nodeId: NodeId;
  readonly decision: PlacementDecision;
  /** The devices and cells of the node that are granted; empty where the VM requests none. */
  readonly devices: readonly DeviceGrant[];
  readonly cells: readonly CellGrant[];
}
