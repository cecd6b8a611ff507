/** Findings on a host: facts alone, so that judging them needs no host. */
import type { Result } from '@novacron/contract/result';
import type { ScopeFinding } from '../drivers/qemu/host/examine-scopes.ts';
import type { HostCapacity, HostReserve } from '../fleet/host-capacity.ts';

/** Something with a name or release, or a clause on why there is none. */
export type Found = Result<string, string>;

/** Problem of a single requirement, and its fix. */
export interface NeedFinding {
  readonly name: string;
  /** A clause; undefined where all is well. */
  readonly trouble: string | undefined;
  readonly remedy: string;
}

/** A directory that the agent uses, or the nearest one above it that is there. */
export interface DirectoryFinding {
  readonly path: string;
  readonly state: 'there' | 'to be made';
  /** Reason why the agent cannot write there, as a clause. */
  readonly trouble: string | undefined;
  /** Mount point of its file system, where that is read-only. */
  readonly readOnlyMount?: string | undefined;
  /** The first directory above it through which the user of QEMU cannot pass; undefined: none. */
  readonly barrier: string | undefined;
  /** Room that is left. Unit: bytes. */
  readonly freeBytes: number;
  /** Whether its content is lost with the host's memory, or comes from other hosts. */
  readonly fileSystem: 'local' | 'memory' | 'shared';
  /** Whether files can be read and written past the page cache (O_DIRECT). */
  readonly direct: 'yes' | 'no';
}

/** The clock of the host. */
export interface ClockFinding {
  /** `behind`: it is earlier than the time at which this release was installed. */
  readonly state: 'synchronized' | 'not synchronized' | 'not known' | 'behind';
}

/** The directory of the volumes of a storage class. */
export interface VolumeStorageFinding {
  readonly storageClass: string;
  readonly sharing: 'local' | 'shared';
  readonly directory: DirectoryFinding;
}

/** Everything. */
export interface HostFindings {
  readonly qemu: Found;
  readonly image: Found;
  readonly prlimit: Found;
  /** Virtual TPMs for VMs. */
  readonly swtpm: Found;
  /** UEFI firmware for VMs. */
  readonly firmware: Found;
  /** The accelerator with its reason, or why the one that was asked for does not work. */
  readonly accelerator: Result<
    { readonly accelerator: 'kvm' | 'tcg'; readonly reason: string },
    string
  >;
  /** User that QEMU runs as: another user than the agent, root, or the agent's own user. */
  readonly vmUser: Result<'another' | 'root' | 'own', string>;
  /** Name of that user, as it was named or found. */
  readonly vmUserName: string;
  /** `not wanted`: `--networks user` was said. */
  readonly networks: readonly NeedFinding[] | 'not wanted';
  /** Whether a link has the tunnel address; undefined without one. */
  readonly tunnel: { readonly address: string; readonly link: 'there' | 'missing' } | undefined;
  readonly dataDir: DirectoryFinding;
  readonly runDir: DirectoryFinding;
  readonly storageDir: DirectoryFinding;
  /** Kind of storage according to `--storage`. */
  readonly storage: 'local' | 'shared';
  /** Directories of volumes by storage class, as `--volume-storage` says. */
  readonly volumeStorage: readonly VolumeStorageFinding[];
  readonly reserve: HostReserve;
  /** Capacity of the host for VMs, less the reserve. */
  readonly room: HostCapacity;
  /** `held`: an agent runs on the data directory. */
  readonly lock: 'free' | 'held';
  readonly scopes: ScopeFinding;
  readonly clock: ClockFinding;
  /** Undefined where no bus was named. */
  readonly bus: Found | undefined;
}
