import { NullProvider } from '@cdktf/provider-null/lib/provider';
import { Resource } from '@cdktf/provider-null/lib/resource';
import { Network, NovacronProvider, Size, Vm } from '@novacron/constructs';
import { App, TerraformStack } from 'cdktf';

const app = new App();
const stack = new TerraformStack(app, 'trigger');
new NovacronProvider(stack, 'novacron');
new NullProvider(stack, 'null');

const web = new Vm(stack, 'web', {
  cpuCores: 2,
  memory: Size.gibibytes(4),
  disk: Size.gibibytes(20),
  network: new Network(stack, 'lan', { cidr: '10.0.0.0/16' }),
});

// Made anew, and with it whatever hangs on it, when the VM gets another address.
new Resource(stack, 'registered', { triggers: { address: web.ipAddress } });
app.synth();
