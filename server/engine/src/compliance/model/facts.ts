/**
 * Facts that checks judge, in the names of the contract. A fact that nothing reports is absent: the
 * check answers that it was not evaluated. Planned resources have the same names, so a plan is
 * judged by the same checks.
 */

/** Labels of a resource. */
export type Labels = Readonly<Record<string, string>>;

/** A firewall rule of a security group or a VM. */
export interface RuleFacts {
  readonly direction: string;
  readonly action: string;
  readonly protocol: string;
  /** A port, a range such as `8000-8999`, or `all`; null for protocols without ports. */
  readonly ports: string | null;
  readonly cidr: string | null;
  readonly description: string | null;
}

interface NamedFacts {
  readonly id: string;
  readonly name: string;
}

interface VmFacts extends NamedFacts {
  readonly metadata?: Labels;
  readonly secure_boot?: boolean;
  readonly tpm?: boolean;
  readonly deletion_protection?: boolean;
  readonly io_limits?: Readonly<Record<string, number | null>> | null;
  readonly security_groups?: readonly string[];
  readonly firewall_rules?: readonly RuleFacts[];
  readonly healing?: { readonly health_check?: unknown } | null;
  readonly network_interfaces?: readonly { readonly ip_address: string }[];
  readonly volumes?: readonly string[];
  readonly network_id?: string | null;
  readonly node?: string | null;
  readonly foreign_devices?: readonly unknown[];
  readonly requirements?: {
    readonly devices?: readonly { readonly kind: string }[] | null;
  } | null;
}

interface VolumeFacts extends NamedFacts {
  readonly metadata?: Labels;
  readonly attached_to?: string | null;
  readonly updated_at?: string;
  readonly encrypted?: boolean;
}

interface SecurityGroupFacts extends NamedFacts {
  readonly metadata?: Labels;
  readonly rules?: readonly RuleFacts[];
}

interface TemplateFacts extends NamedFacts {
  readonly metadata?: Labels;
  readonly built_in?: boolean;
  readonly image?: string;
  readonly image_checksum?: string | null;
  readonly vm_count?: number;
  readonly updated_at?: string;
}

/** A resource that only policies judge. */
interface LabelledFacts extends NamedFacts {
  readonly metadata?: Labels;
}

interface VmGroupFacts extends NamedFacts {
  readonly metadata?: Labels;
  readonly member_ids?: readonly string[];
}

/** How a host is protected, as its agent has read it. */
interface HostFacts {
  readonly secure_boot?: boolean | undefined;
  readonly reboot_required?: boolean | undefined;
  /** Flaws that are not mitigated. */
  readonly cpu_flaws?: readonly string[] | undefined;
  readonly memory_merging?: boolean | undefined;
  readonly guest_confinement?: string | undefined;
  readonly audit_daemon?: boolean | undefined;
  readonly storage_encrypted?: boolean | undefined;
  readonly usb_storage?: boolean | undefined;
  readonly ssh_root_login?: string | undefined;
  readonly ssh_passwords?: boolean | undefined;
  readonly clock_synchronized?: boolean | undefined;
}

interface NodeFacts extends NamedFacts, HostFacts {
  readonly zone?: string | null;
  readonly rack?: string | null;
  readonly status?: string;
  readonly agent_release?: string | null;
  readonly last_seen_at?: string | null;
}

interface ApiKeyFacts extends NamedFacts {
  readonly role?: string;
  readonly person?: string | null;
  readonly created_at?: string;
  readonly created_by?: string | null;
  readonly expires_at?: string | null;
  readonly last_used_at?: string | null;
}

interface RoleFacts extends NamedFacts {
  readonly built_in?: boolean;
  /** Patterns of the permitted operations. */
  readonly operations?: readonly string[];
  /** Operations that the patterns permit. */
  readonly allowed?: readonly string[];
}

interface TenantFacts extends NamedFacts {
  readonly quotas?: Readonly<Record<string, number | null>>;
  /** Number of enabled policies that block. */
  readonly blocking_policies?: number;
  /** Number of API keys with the role admin. */
  readonly admins?: number;
  /** Notification channels with the time of their last delivery. */
  readonly channels?: readonly { readonly type: string; readonly delivered_at: string | null }[];
}

interface WaiverFacts extends NamedFacts {
  readonly state?: string;
  readonly reason?: string;
  readonly owner?: string;
  readonly created_by?: string;
  readonly created_at?: string;
  readonly expires_at?: string;
}

interface IncidentFacts extends NamedFacts {
  readonly state?: string;
  readonly severity?: string | null;
  readonly opened_at?: string;
  readonly acknowledged_at?: string | null;
}

interface ServerFacts extends NamedFacts {
  readonly listens_on_loopback?: boolean;
  readonly tls?: boolean;
  /** Lowest version of TLS that is accepted, such as `1.3`. */
  readonly tls_min_version?: string;
  /** `local`, `verified-tls` or `insecure`. */
  readonly store_link?: string;
  readonly bus_link?: string;
  readonly simulated?: boolean;
  readonly single_sign_on?: boolean;
  readonly signed_policies?: boolean;
  readonly rate_limited?: boolean;
  readonly session_idle_minutes?: number;
  readonly session_hours?: number;
  readonly replicas?: number;
  readonly audit_days?: number;
  /** When the audit log of each tenant was last verified to its end, the oldest first. */
  readonly audit_verified_at?: string | null;
  /** Free space of the store, of what it uses and has free together. */
  readonly store_free_ratio?: number;
  readonly backup_at?: string | null;
  readonly backup_verified_at?: string | null;
}

/** Kinds of subjects, with the facts of each. */
export interface SubjectFacts {
  readonly vm: VmFacts;
  readonly volume: VolumeFacts;
  readonly network: LabelledFacts;
  readonly security_group: SecurityGroupFacts;
  readonly template: TemplateFacts;
  readonly vm_group: VmGroupFacts;
  readonly snapshot: LabelledFacts;
  readonly ssh_key: LabelledFacts;
  readonly policy: LabelledFacts;
  readonly orchestration_policy: LabelledFacts;
  readonly node: NodeFacts;
  readonly api_key: ApiKeyFacts;
  readonly role: RoleFacts;
  readonly tenant: TenantFacts;
  readonly policy_waiver: WaiverFacts;
  readonly incident: IncidentFacts;
  readonly server: ServerFacts;
}

/** Kinds of subjects. */
export type SubjectKind = keyof SubjectFacts;
