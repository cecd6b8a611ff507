/**
 * CPU baselines: CPUs of guests that many hosts can offer, so that a guest moves between them
 * while it runs. The levels are those of the x86-64 psABI, from 2 on with AES besides, which every
 * server CPU of that age has.
 * Source of the idea: the CPU types x86-64-v2-AES, -v3 and -v4 of Proxmox VE.
 */
import type { Accelerator } from './host-facts.ts';

/** Features that each level adds to the level before it, by QEMU's names. */
const LEVELS = [
  { name: 'x86-64-v1', adds: [] },
  { name: 'x86-64-v2', adds: ['popcnt', 'sse4.1', 'sse4.2', 'ssse3', 'aes'] },
  {
    name: 'x86-64-v3',
    adds: ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave'],
  },
  { name: 'x86-64-v4', adds: ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'] },
] as const;

/** The CPU that every level adds features to: QEMU's own, the same in software and under KVM. */
const BASE_MODEL = 'qemu64';

/** The levels, from the least to the most. */
export const CPU_LEVELS: readonly string[] = LEVELS.map(({ name }) => name);

/**
 * The CPU model of a level, as QEMU's option `-cpu` has it. QEMU ends where the host lacks a
 * feature of it (`enforce`): a guest never runs with less than was said.
 * @param level - one of {@link CPU_LEVELS}
 */
export function cpuModelOf(level: string): string {
  const features = LEVELS.slice(0, CPU_LEVELS.indexOf(level) + 1).flatMap(({ adds }) =>
    adds.map((feature) => `+${feature}`),
  );
  return [BASE_MODEL, ...features, 'enforce'].join(',');
}

/** Properties of a host that affect the CPU of its guests. */
export interface CpuHost {
  readonly accelerator: Accelerator;
  /** Vendor of its processors, such as GenuineIntel; guests under KVM see it. */
  readonly vendor: string;
}

/**
 * Names a baseline for servers, which compare names alone. Guests under KVM have the vendor of
 * their host, and no guest can change its vendor or its accelerator while it runs.
 * @example `tcg:x86-64-v3`, `kvm:GenuineIntel:x86-64-v2`
 */
export function baselineName({ accelerator, vendor }: CpuHost, level: string): string {
  return accelerator === 'kvm' ? `kvm:${vendor}:${level}` : `tcg:${level}`;
}

/** The CPU model of a baseline; undefined where this release does not know it. */
export function modelOfBaseline(baseline: string): string | undefined {
  const level = baseline.split(':').at(-1) ?? '';
  return CPU_LEVELS.includes(level) ? cpuModelOf(level) : undefined;
}
