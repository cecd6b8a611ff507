import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Aspects, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Vm as VmResource } from '../gen/vm/index.ts';
import { VolumeType } from '../props/choices.ts';
import { Size } from '../props/size.ts';
import { Network } from '../resources/network.ts';
import { NovacronProvider } from '../resources/provider.ts';
import { SecurityGroup } from '../resources/security-group.ts';
import { Snapshot } from '../resources/snapshot.ts';
import { Vm } from '../resources/vm.ts';
import { VmGroup } from '../resources/vm-group.ts';
import { Volume } from '../resources/volume.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { PRICES_FILE } from '../test-kit/prices-file.ts';
import { findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { AllStacks } from './all-stacks.ts';
import { CostAspect } from './cost-aspect.ts';
import { LabelsAspect } from './labels-aspect.ts';
import { NamingAspect } from './naming-aspect.ts';
import { PoolAspect } from './pool-aspect.ts';

const ALONE = { ...MACHINE, isolated: true };

describe('labels', () => {
  test('reach everything that carries some, and leave what is said already', () => {
    const { resource } = synthesize((stack) => {
      new Vm(stack, 'web', { ...ALONE, labels: { team: 'web' } });
      new VmGroup(stack, 'grp', { ...ALONE, minSize: 1, maxSize: 1 });
      new SecurityGroup(stack, 'sg');
      new VmResource(stack, 'bare', { name: 'bare', cpuCores: 1, memoryGb: 1, diskGb: 1 });
      new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
      const volume = new Volume(stack, 'data', { size: Size.gibibytes(1), labels: { team: 'db' } });
      new Snapshot(stack, 'snap', { volume });
      Aspects.of(stack).add(new LabelsAspect({ team: 'shop', environment: 'production' }));
    });
    const all = { team: 'shop', environment: 'production' };
    const vms = Object.values(resource.novacron_vm ?? {});
    expect(vms.find(({ name }) => name === 'shop-web')).toMatchObject({
      metadata: { team: 'web', environment: 'production' },
      deletion_protection: true,
    });
    expect(vms.find(({ name }) => name === 'bare')?.metadata).toEqual(all);
    expect(Object.values(resource.novacron_vm_group ?? {})[0]).toMatchObject({
      metadata: all,
      vm: { metadata: all },
    });
    expect(Object.values(resource.novacron_security_group ?? {})[0]?.metadata).toEqual(all);
    expect(Object.values(resource.novacron_network ?? {})[0]?.metadata).toEqual(all);
    expect(Object.values(resource.novacron_snapshot ?? {})[0]?.metadata).toEqual(all);
    expect(Object.values(resource.novacron_storage ?? {})[0]?.metadata).toEqual({
      ...all,
      team: 'db',
    });
  });
});

describe('naming', () => {
  test('adds a prefix, also where a rule names another VM', () => {
    const { resource } = synthesize((stack) => {
      const [web, db] = [new Vm(stack, 'web', ALONE), new Vm(stack, 'db', ALONE)];
      web.keepAway(db);
      Aspects.of(stack).add(new NamingAspect({ prefix: 'eu-' }));
    });
    const vms = Object.values(resource.novacron_vm ?? {});
    expect(vms.map(({ name }) => name).sort()).toEqual(['eu-shop-db', 'eu-shop-web']);
    expect(JSON.stringify(vms)).toContain('"vm":"eu-shop-db"');
  });

  test('fails what does not match', () => {
    const trouble = findTrouble((stack) => {
      new Vm(stack, 'Web', ALONE);
      Aspects.of(stack).add(new NamingAspect({ pattern: '[a-z-]+' }));
    });
    expect(trouble).toContain(
      '[shop/Web] is named "shop-Web", which does not match ^(?:[a-z-]+)$. ' +
        'Choose a name that does.',
    );
  });
});

describe('cost', () => {
  const limitedTo = (monthlyBudget: number) =>
    new CostAspect({ priceList: PRICES_FILE, monthlyBudget });

  /** 2 × 0.02 + 4 × 0.005 + 20 × 0.0001 an hour. */
  const MACHINE_A_MONTH = 0.062 * 730;

  function costOf(build: (stack: TerraformStack) => void): number {
    const trouble = findTrouble((stack) => {
      build(stack);
      Aspects.of(stack).add(limitedTo(0));
    });
    return Number(/costs about ([\d.]+) EUR a month/.exec(trouble)?.[1] ?? 0);
  }

  test.each<[string, number, (stack: TerraformStack) => void]>([
    ['a VM', MACHINE_A_MONTH, (stack) => void new Vm(stack, 'a', ALONE)],
    [
      'a spot VM, whose disk has no discount,',
      (0.06 / 2 + 0.002) * 730,
      (stack) => void new Vm(stack, 'a', { ...ALONE, spot: true }),
    ],
    [
      'a VM in a zone with a multiplier',
      (0.06 * 2 + 0.002) * 730,
      (stack) => void new Vm(stack, 'a', { ...ALONE, zone: 'zone-a' }),
    ],
    [
      'a group of three',
      3 * MACHINE_A_MONTH,
      (stack) => void new VmGroup(stack, 'a', { ...ALONE, minSize: 3, maxSize: 9 }),
    ],
    ['a volume', 0.01 * 730, (stack) => void new Volume(stack, 'a', { size: Size.gibibytes(100) })],
    ['a network', 0, (stack) => void new Network(stack, 'a', { cidr: '10.0.0.0/16' })],
  ])('of %s is that of the price list', (_what, expected, build) => {
    expect(costOf(build)).toBeCloseTo(expected, 1);
  });

  test('is reported for each VM and volume, and for the stack', () => {
    const app = Testing.app();
    const stack = new TerraformStack(app, 'shop');
    new NovacronProvider(stack, 'novacron');
    const vm = new Vm(stack, 'web', ALONE);
    const volume = new Volume(stack, 'data', { size: Size.gibibytes(100) });
    Aspects.of(stack).add(limitedTo(100));
    Testing.fullSynth(stack);
    const notesOf = (construct: IConstruct) =>
      construct.node
        .findAll()
        .flatMap(({ node }) => node.metadata)
        .flatMap(({ type, data }) => (type === '@cdktf/info' ? [String(data)] : []));
    expect(notesOf(vm)).toEqual(['costs about 45.26 EUR a month']);
    expect(notesOf(volume)).toEqual(['costs about 7.30 EUR a month']);
    expect(notesOf(stack)).toContain('costs about 52.56 EUR a month');
  });

  test('above the budget fails, and names what costs most', () => {
    const trouble = findTrouble((stack) => {
      new Vm(stack, 'small', ALONE);
      new Vm(stack, 'large', { ...ALONE, cpuCores: 64 });
      Aspects.of(stack).add(limitedTo(100));
    });
    expect(trouble).toContain(
      '[shop] costs about 995.72 EUR a month; its budget is 100.00 EUR. The most expensive is ' +
        'shop/large with 950.46 EUR: reduce it, or raise `monthlyBudget`.',
    );
  });

  test('leaves out, and names, what only Terraform knows, and what has no price', () => {
    const trouble = findTrouble((stack) => {
      const cores = new TerraformVariable(stack, 'cores', { type: 'number' }).numberValue;
      new Vm(stack, 'a', { ...ALONE, cpuCores: cores });
      new Vm(stack, 'b', ALONE);
      new Volume(stack, 'c', { size: Size.gibibytes(1), type: VolumeType.HDD });
      Aspects.of(stack).add(limitedTo(1));
    });
    expect(trouble).toContain(
      'a month, without shop/a, whose size or number is only known to Terraform, without shop/c, ' +
        'which the price list has no price for; its budget',
    );
  });

  test('needs a file with a price list', () => {
    const priceList = join(__dirname, '../../package.json');
    expect(() => new CostAspect({ priceList })).toThrow(
      /package\.json is not a price list: id: .* novacron price-list show NAME --output json/,
    );
  });
});

describe('all stacks of an app', () => {
  const makeStack = (app: ReturnType<typeof Testing.app>, id: string) => {
    const stack = new TerraformStack(app, id);
    new NovacronProvider(stack, 'novacron');
    new Vm(stack, 'web', ALONE);
    return stack;
  };

  test('are reached', () => {
    const app = Testing.app();
    const stacks = ['one', 'other'].map((id) => makeStack(app, id));
    AllStacks.of(app).add(new LabelsAspect({ team: 'shop' }));
    for (const stack of stacks) {
      expect(Testing.synth(stack)).toContain('"team": "shop"');
    }
    app.synth();
  });

  test('have to be there', () => {
    expect(() => AllStacks.of(Testing.app()).add(new LabelsAspect({}))).toThrow(
      /^The app has no stack yet.*right before app\.synth\(\)/,
    );
  });

  test('include those that are made too late, which are reported', () => {
    const app = Testing.app();
    makeStack(app, 'one');
    AllStacks.of(app).add(new LabelsAspect({}));
    makeStack(app, 'late');
    expect(() => app.synth()).toThrow(
      'the stack late was created after AllStacks.of(app).add(…), so the aspect does not apply ' +
        'to it. ' +
        'Create it before.',
    );
  });
});

describe('pools', () => {
  const troubleWith = (...sizes: readonly number[]) =>
    findTrouble((stack) => {
      for (const [index, amount] of sizes.entries()) {
        const size = Size.gibibytes(amount);
        new Volume(stack, `data-${index}`, { size, type: VolumeType.NVME });
        new Volume(stack, `cold-${index}`, { size, type: VolumeType.HDD });
      }
      const { numberValue } = new TerraformVariable(stack, 'size', { type: 'number' });
      new Volume(stack, 'later', { size: Size.gibibytes(numberValue) });
      const pools = { ssd: Size.gibibytes(1), nvme: Size.gibibytes(1000) };
      Aspects.of(stack).add(new PoolAspect(pools));
    });

  test('hold no volume that is larger than they are', () => {
    expect(troubleWith(1000)).toBe('');
    expect(troubleWith(1001)).toContain(
      '[shop] shop/data-0 is a volume of 1001 GiB, but the pool of class nvme has 1000 GiB. ' +
        'Make it smaller, or choose another `type`.',
    );
  });

  test('hold what a stack has in all', () => {
    expect(troubleWith(600, 500)).toContain(
      '[shop] shop/data-0, shop/data-1 are volumes of class nvme with 1100 GiB in total, ' +
        'but the pool has 1000 GiB. Make some smaller, or choose another `type` for some.',
    );
  });
});
