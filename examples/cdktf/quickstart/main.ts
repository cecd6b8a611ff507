import {
  Network,
  NovacronProvider,
  Peer,
  Policy,
  PolicyRule,
  Port,
  Size,
  Vm,
  Volume,
} from '@novacron/constructs';
import { App, TerraformOutput, TerraformStack } from 'cdktf';

const app = new App();
const stack = new TerraformStack(app, 'quickstart');
new NovacronProvider(stack, 'novacron');

const network = new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
const web = new Vm(stack, 'web', {
  cpuCores: 4,
  memory: Size.gibibytes(8),
  disk: Size.gibibytes(100),
  network,
  labels: { environment: 'development', tier: 'web' },
});
web.allowFrom(Peer.anyIpv4(), Port.tcp(443), 'HTTPS');
web.attach(new Volume(stack, 'data', { size: Size.gibibytes(500) }));

new Policy(stack, 'small', {
  kinds: ['vm'],
  rule: PolicyRule.inline(`package small

deny contains "a VM of more than 64 GB needs a budget" if input.resource.memory_gb > 64
`),
});

new TerraformOutput(stack, 'address', { value: web.ipAddress });
app.synth();
