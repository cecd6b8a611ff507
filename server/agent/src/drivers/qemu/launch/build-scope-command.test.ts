import { describe, expect, test } from '@jest/globals';
import { buildScopeCommand } from './build-scope-command.ts';
import { childLauncher, createScopeLauncher } from './launcher.ts';
import { planLimits } from './plan-limits.ts';

const QEMU = { name: 'vm_1', program: 'qemu-system-x86_64', args: ['-name', 'guest=vm_1'] };

describe('the command of a scope', () => {
  test('puts the process into a scope of the slice of VMs, with its limits', () => {
    const limits = { memoryBytes: 1_073_741_824, cpuPercent: 300 };
    const { program, args } = buildScopeCommand({ ...QEMU, node: 'node-01', suffix: 'ab', limits });
    expect([program, ...args].join('\n')).toBe(`systemd-run
--scope
--collect
--quiet
--unit=novacron-vm_1-ab
--slice=novacron-vms.slice
--description=NovaCron vm_1 of node-01
--property=MemoryMax=1073741824
--property=CPUQuota=300%
--
qemu-system-x86_64
-name
guest=vm_1`);
  });

  test('has no limits where none are said', () => {
    const { args } = buildScopeCommand({ ...QEMU, node: 'node-01', suffix: 'ab' });
    expect(args.filter((word) => word.startsWith('--property'))).toEqual([]);
  });

  test('names no scope twice: one that has ended is collected a moment later', () => {
    const { commandOf } = createScopeLauncher('node-01');
    const units = [commandOf(QEMU), commandOf(QEMU)].map(({ args }) =>
      args.find((word) => word.startsWith('--unit=')),
    );
    expect(units[0]).toMatch(/^--unit=novacron-vm_1-[0-9a-f]{8}$/);
    expect(units[1]).not.toBe(units[0]);
  });

  test('is the program itself where systemd does not run', () => {
    expect(childLauncher.commandOf(QEMU)).toEqual({ program: QEMU.program, args: QEMU.args });
  });
});

describe('the limits of a machine', () => {
  test.each([
    ['kvm', 1, 1_024, 2_304, 200],
    ['kvm', 16, 65_536, 82_944, 1_700],
    ['tcg', 2, 512, 2_688, 300],
  ] as const)(
    'under %s with %d cores and %d MiB are %d MiB and %d %%',
    (accelerator, cpu_cores, memory_mib, limitMib, cpuPercent) => {
      expect(planLimits({ accelerator, cpu_cores, memory_mib })).toEqual({
        memoryBytes: limitMib * 1_048_576,
        cpuPercent,
      });
    },
  );
});
